// POSIX and Windows variants of platform.h.
#include "tools/vaecomp/support/platform.h"

#include <cerrno>
#include <csignal>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#ifdef __GLIBC__
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#endif
#endif

namespace vaecomp {

#ifdef _WIN32

bool is_terminal(std::FILE* stream) { return _isatty(_fileno(stream)) != 0; }
void use_binary_mode(std::FILE* stream) { _setmode(_fileno(stream), _O_BINARY); }
int why_not_writable(const std::filesystem::path& path) {
  return _waccess(path.c_str(), 2) == 0 ? 0 : errno;
}
std::FILE* create_private_file(const std::filesystem::path& path) {
  return _wfopen(path.c_str(), L"wbx");
}
// Permissions are inherited from the folder there, and times are not taken over.
unsigned file_mode_mask() { return 0; }
std::optional<FileTimes> file_times(const std::filesystem::path&) { return std::nullopt; }
int set_file_mode(std::FILE*, unsigned) { return 0; }
int set_file_times(std::FILE*, const FileTimes&) { return 0; }
std::optional<FileOwner> file_owner(const std::filesystem::path&) { return std::nullopt; }
bool set_file_owner(std::FILE*, const FileOwner&) { return true; }
int sync_file(std::FILE* file) { return _commit(_fileno(file)) == 0 ? 0 : errno; }
int sync_folder(const std::filesystem::path&) { return 0; }  // there is no such thing
int rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  return _wrename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}
std::uint64_t physical_memory() { return 0; }
// There, handlers run in a thread of their own.
SignalsHeld::SignalsHeld() = default;
SignalsHeld::~SignalsHeld() = default;
void prepare_heap() {}
void ignore_write_signals() {}
void write_from_handler(const char*, std::size_t) {}

#else

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) != 0; }
void use_binary_mode(std::FILE*) {}

int why_not_writable(const std::filesystem::path& path) {
  std::error_code ignored;
  const int search = std::filesystem::is_directory(path, ignored) ? X_OK : 0;
  return access(path.c_str(), W_OK | search) == 0 ? 0 : errno;
}

std::FILE* create_private_file(const std::filesystem::path& path) {
  // O_EXCL: nobody's file or link is followed.
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  return file < 0 ? nullptr : fdopen(file, "wb");
}

unsigned file_mode_mask() {
  static const unsigned mask = [] {
    // There is no way to ask but to set; what comes to be meanwhile is too private, not too open.
    const mode_t before = umask(S_IRWXG | S_IRWXO);
    umask(before);
    return static_cast<unsigned>(before);
  }();
  return mask;
}

std::optional<FileTimes> file_times(const std::filesystem::path& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) return std::nullopt;
#ifdef __APPLE__
  return FileTimes{facts.st_atimespec, facts.st_mtimespec};
#else
  return FileTimes{facts.st_atim, facts.st_mtim};
#endif
}

int set_file_mode(std::FILE* file, unsigned mode) {
  return fchmod(fileno(file), static_cast<mode_t>(mode)) == 0 ? 0 : errno;
}

int set_file_times(std::FILE* file, const FileTimes& times) {
  const timespec both[] = {times.accessed, times.modified};
  return futimens(fileno(file), both) == 0 ? 0 : errno;
}

std::optional<FileOwner> file_owner(const std::filesystem::path& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) return std::nullopt;
  return FileOwner{facts.st_uid, facts.st_gid};
}

bool set_file_owner(std::FILE* file, const FileOwner& owner) {
  constexpr uid_t kSameUser = static_cast<uid_t>(-1);
  struct stat facts;
  if (fstat(fileno(file), &facts) != 0) return false;
  if (facts.st_uid == owner.user && facts.st_gid == owner.group) return true;
  return fchown(fileno(file), owner.user, owner.group) == 0 || facts.st_gid == owner.group ||
         fchown(fileno(file), kSameUser, owner.group) == 0;
}

int sync_file(std::FILE* file) { return fsync(fileno(file)) == 0 ? 0 : errno; }

int sync_folder(const std::filesystem::path& folder) {
  const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return errno;
  const int error_number = fsync(handle) == 0 ? 0 : errno;
  close(handle);
  return error_number == EINVAL ? 0 : error_number;  // a file system that has no use for it
}

int rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (link(from.c_str(), to.c_str()) == 0) {
    unlink(from.c_str());
    return 0;
  }
  if (errno == EEXIST || access(to.c_str(), F_OK) == 0) return EEXIST;
  // A file system without second names.
  return rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

std::uint64_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * page : 0;
}

// Loading the model touches 30 MB, and every page of 4 KiB costs a fault of about 2 microseconds: a
// quarter of the time in which a small picture is decoded.
void prepare_heap() {
#ifdef __GLIBC__
  constexpr int kLargestPermitted = 32 << 20, kHeap = 64 << 20, kLargePage = 2 << 20;
  // By default each thread reserves 64 MiB for a heap of its own and 8 MiB for its stack, which a
  // limit on memory (ulimit -v) counts: with many threads there would be nothing left to work with.
  constexpr int kHeaps = 2, kStack = 2 << 20;
  mallopt(M_ARENA_MAX, kHeaps);
  pthread_attr_t threads;
  if (pthread_attr_init(&threads) == 0) {
    if (pthread_attr_setstacksize(&threads, kStack) == 0) pthread_setattr_default_np(&threads);
    pthread_attr_destroy(&threads);
  }
  mallopt(M_MMAP_THRESHOLD, kLargestPermitted);
  mallopt(M_TRIM_THRESHOLD, 2 * kHeap);
  // The heap grows to this size at once; large pages fit into that, and none is taken unless used.
  mallopt(M_TOP_PAD, kHeap);
  void* volatile block = std::malloc(kLargePage);  // volatile: compilers may leave such a pair out
  std::free(block);
  mallopt(M_TOP_PAD, kLargePage);
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(sbrk(0)) / kLargePage * kLargePage;
  madvise(reinterpret_cast<void*>(end - kHeap), kHeap, MADV_HUGEPAGE);
#endif
}

SignalsHeld::SignalsHeld() {
  static_assert(sizeof(sigset_t) <= sizeof before_);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::memcpy(before_, &before, sizeof before);
}

SignalsHeld::~SignalsHeld() {
  sigset_t before;
  std::memcpy(&before, before_, sizeof before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ignore_write_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void write_from_handler(const char* text, std::size_t size) {
  // Nothing can be done about a failure here.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, size);
}

#endif

}  // namespace vaecomp
