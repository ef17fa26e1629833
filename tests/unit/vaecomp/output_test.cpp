// Outputs: where they go, with which permissions and times, and what is left behind.
#include "tools/vaecomp/support/output.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

const Bytes kBytes{1, 2, 3};

// An empty folder, gone at the end.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("vaecomp_output_" + std::to_string(getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  std::string name(const std::string& file) const { return (path / file).string(); }
  std::ptrdiff_t count() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
};

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777u;
}

void make(const std::string& path, unsigned mode, const char* text = "old") {
  std::ofstream(path) << text;
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

TEST_CASE("a new file is as open as its input, and no more than the mask allows") {
  const Folder folder;
  const unsigned allowed = 0666u & ~file_mode_mask();
  const std::string input = folder.name("in"), output = folder.name("out");
  for (const unsigned mode : {0600u, 0640u, 0644u, 0666u, 04755u, 0777u, 0400u}) {
    make(input, 0600);
    REQUIRE(chmod(input.c_str(), mode) == 0);
    REQUIRE_FALSE(write_output(output, kBytes, {.like = traits_of(input, false)}));
    CHECK(mode_of(output) == (mode & allowed));
    fs::remove(output);
  }
  REQUIRE_FALSE(write_output(output, kBytes, {.like = traits_of("-", false)}));
  CHECK(mode_of(output) == allowed);
}

TEST_CASE("an older file keeps its permissions but for setuid and its like") {
  const Folder folder;
  const std::string output = folder.name("out");
  make(output, 06604);
  REQUIRE_FALSE(write_output(output, kBytes, {.like = {.mode = 0600u, .times = {}}}));
  CHECK(mode_of(output) == 0604u);
  CHECK(fs::file_size(output) == 3);
}

TEST_CASE("times are kept on demand") {
  const Folder folder;
  const std::string input = folder.name("in"), output = folder.name("out");
  make(input, 0644);
  const timespec both[] = {{1'000'000'000, 5}, {1'100'000'000, 123'456'789}};
  REQUIRE(utimensat(AT_FDCWD, input.c_str(), both, 0) == 0);
  REQUIRE_FALSE(write_output(output, kBytes, {.like = traits_of(input, true)}));
  const FileTimes times = file_times(output).value();
  CHECK(times.accessed.tv_sec == 1'000'000'000);
  CHECK(times.modified.tv_sec == 1'100'000'000);
  CHECK(times.modified.tv_nsec == 123'456'789);
  REQUIRE_FALSE(write_output(output, kBytes, {.like = traits_of(input, false)}));
  CHECK(file_times(output).value().modified.tv_sec > 1'100'000'000);
}

TEST_CASE("names as long as a file system allows") {
  const Folder folder;
  std::string umlauts;
  for (int i = 0; i < 127; ++i) umlauts += "\u00e4";
  for (const std::string& name : {std::string(255, 'x'), std::string(242, 'x'), umlauts}) {
    CHECK_FALSE(check_output(folder.name(name), "-"));
    CHECK_FALSE(write_output(folder.name(name), kBytes));
    CHECK(fs::exists(folder.name(name)));
  }
  const Status failed = check_output(folder.name(std::string(256, 'x')), "-");
  REQUIRE(failed);
  CHECK(failed->error.text.ends_with("File name too long"));
  CHECK(folder.count() == 3);
}

TEST_CASE("links stay, also those that lead to nothing yet") {
  const Folder folder;
  fs::create_directory(folder.path / "deep");
  fs::create_symlink("deep/file", folder.path / "link");
  fs::create_symlink(folder.path / "link", folder.path / "chain");
  REQUIRE_FALSE(check_output(folder.name("chain"), "-"));
  REQUIRE_FALSE(write_output(folder.name("chain"), kBytes));
  CHECK(fs::is_symlink(folder.path / "chain"));
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK(fs::file_size(folder.path / "deep/file") == 3);

  fs::create_symlink("nowhere/file", folder.path / "lost");
  const Status lost = check_output(folder.name("lost"), "-");
  REQUIRE(lost);
  CHECK(lost->error.text.starts_with("cannot be created: no folder "));
  fs::create_symlink("round", folder.path / "round");
  CHECK(check_output(folder.name("round"), "-"));
}

TEST_CASE("a file that has come to be is not replaced unasked") {
  const Folder folder;
  const std::string output = folder.name("out");
  REQUIRE_FALSE(write_output(output, kBytes, {.replace = false}));
  make(output, 0644, "another's");
  const Status failed = write_output(output, kBytes, {.replace = false});
  REQUIRE(failed);
  CHECK(failed->error.code == ErrorCode::kIo);
  CHECK(fs::file_size(output) == 9);
  CHECK(folder.count() == 1);
}

TEST_CASE("a file in pieces is there when it is committed, and not before") {
  const Folder folder;
  const std::string output = folder.name("out");
  make(output, 0644);
  {
    OutputFile given_up(output, {});
    REQUIRE_FALSE(given_up.open());
    REQUIRE_FALSE(given_up.write(kBytes));
    CHECK(folder.count() == 2);
  }
  CHECK(folder.count() == 1);
  CHECK(fs::file_size(output) == 3);  // "old"
  OutputFile finished(output, {});
  REQUIRE_FALSE(finished.open());
  REQUIRE_FALSE(finished.write(kBytes));
  REQUIRE_FALSE(finished.write(Bytes(100000, 7)));
  REQUIRE_FALSE(finished.commit());
  CHECK(finished.bytes_written() == 100003);
  CHECK(fs::file_size(output) == 100003);
  CHECK(folder.count() == 1);
}

TEST_CASE("what replaces a file has its owner" * doctest::skip(geteuid() != 0)) {
  const Folder folder;
  const std::string output = folder.name("out");
  make(output, 0640);
  REQUIRE(chown(output.c_str(), 1234, 4321) == 0);
  REQUIRE_FALSE(write_output(output, kBytes));
  const FileOwner owner = file_owner(output).value();
  CHECK(owner.user == 1234);
  CHECK(owner.group == 4321);
  CHECK(mode_of(output) == 0640u);
}

TEST_CASE("a file that waits for the disk") {
  const Folder folder;
  const std::string output = folder.name("out");
  REQUIRE_FALSE(write_output(output, kBytes, {.sync = true}));
  CHECK(fs::file_size(output) == 3);
  CHECK(sync_folder(folder.path) == 0);
  CHECK(sync_folder(folder.path / "none") == ENOENT);
  std::FILE* const file = std::fopen(output.c_str(), "ab");
  REQUIRE(file != nullptr);
  CHECK(sync_file(file) == 0);
  std::fclose(file);
  // There is no disk behind it.
  REQUIRE_FALSE(write_output("/dev/null", kBytes, {.sync = true}));
}

}  // namespace
}  // namespace vaecomp
