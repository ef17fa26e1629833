// Worker threads that take the next file until there is none.
#include "tools/vaecomp/batch/batch_run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <system_error>
#include <thread>

#include "tools/vaecomp/batch/batch_progress.h"
#include "tools/vaecomp/support/platform.h"
#include "tools/vaecomp/support/progress.h"

namespace vaecomp {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kMaxWorkers = 256;
// What coding takes at its peak on one thread. Decoding takes 8 bytes a pixel, encoding 8 bits 14;
// the rest is for 16 bits, alpha, refining, targets and files in memory. Refining takes up to 250
// MB beside that.
constexpr std::uint64_t kBytesPerPixel = 96;
constexpr std::uint64_t kBytesPerFile = 250'000'000;
constexpr std::uint64_t kUnknownMemory = std::uint64_t{4} << 30;  // then assumed

PixelBudget budget_of_this_machine() {
  const std::uint64_t memory = physical_memory() == 0 ? kUnknownMemory : physical_memory();
  return PixelBudget(memory / 2 / kBytesPerPixel);
}

int thread_count(int asked) {
  const int there = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return std::min(asked > 0 ? asked : there, kMaxWorkers);
}

// What stands in the way of an output with a derived name, or nothing. Creates its folder.
Status prepare_output(const PlannedFile& file) {
  const fs::path folder = fs::path(file.output).parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) {
    return Failure{folder.string(), {ErrorCode::kIo, "cannot be created: " + error.message()}};
  }
  return std::nullopt;
}

class Batch {
 public:
  Batch(const BatchArgs& args, const BatchPlan& plan, Writes writes, const FileWork& work)
      : args_(args), plan_(plan), writes_(writes), work_(work), results_(plan.files.size()) {}

  // One file, start to end; its result is in `results()`.
  void run_one(std::size_t i, int threads, const Progress& progress) {
    const PlannedFile& file = plan_.files[i];
    FileResult& result = results_[i];
    result.input = file.input;
    result.output = file.output;
    const Clock::time_point start = Clock::now();
    // An exception that left a worker's thread would end the process.
    try {
      const WriteOptions write{.like = traits_of(file.input, args_.preserve),
                               .replace = args_.overwrite || (plan_.single && !args_.no_overwrite),
                               .sync = args_.sync};
      result.failure =
          run_unguarded(file, {threads, progress, budget_, args_.messages, write}, result);
    } catch (const std::bad_alloc&) {
      result.failure = Failure{file.input, {ErrorCode::kMemory, "out of memory"}};
    } catch (const std::exception& exception) {
      result.failure = Failure{file.input, {ErrorCode::kInternal, exception.what()}};
    }
    if (result.failure) result.outcome = Outcome::kFailed;
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }

  // All files. With at least as many as threads, each file has one thread: they need not wait for
  // each other as the parts of one picture do.
  void run_all(int threads, BatchProgress& progress) {
    const bool side_by_side = plan_.files.size() >= static_cast<std::size_t>(threads);
    const int workers = side_by_side ? threads : 1;
    const int threads_each = side_by_side ? 1 : threads;
    std::atomic<std::size_t> next{0};
    const auto take_files = [&] {
      for (std::size_t i = next++; i < plan_.files.size(); i = next++) {
        run_one(i, threads_each, [&progress, i](double share) {
          progress.advance(i, share);
          return true;
        });
        progress.finish(i, results_[i]);
      }
    };
    std::vector<std::thread> others;
    for (int w = 1; w < workers; ++w) {
      try {
        others.emplace_back(take_files);
      } catch (const std::system_error&) {
        break;  // the system has no more threads: the work is done by those there are
      }
    }
    take_files();
    for (std::thread& other : others) other.join();
  }

  const std::vector<FileResult>& results() const { return results_; }

 private:
  Status run_unguarded(const PlannedFile& file, const FileContext& context, FileResult& result) {
    if (file.refused) return file.refused;
    if (is_there(file.output)) {
      if (args_.skip_existing) {
        result.outcome = Outcome::kExists;
        return std::nullopt;
      }
      if (Status failed = check_existing(file.output)) return failed;
    }
    if (!plan_.single) {
      if (Status failed = prepare_output(file)) return failed;
    }
    if (Status failed = check_output(file.output, file.input, args_.overwrite)) {
      const bool would_go = !args_.overwrite && !check_output(file.output, file.input, true);
      if (would_go) failed->error.text += " (add --overwrite to replace it)";
      return failed;
    }
    if (plan_.single && !args_.overwrite) {
      if (Status failed = check_named_output(file.output, writes_)) return failed;
    }
    Status failed = work_(file, context, result);
    if (!failed && result.outcome != Outcome::kLarger) result.outcome = Outcome::kDone;
    return failed;
  }

  // Devices and pipes are nothing that could be replaced.
  bool is_there(const std::string& output) const {
    std::error_code ignored;
    if (output == "-") return false;
    return plan_.single ? fs::is_regular_file(output, ignored) : fs::exists(output, ignored);
  }

  Status check_existing(const std::string& output) const {
    if (args_.no_overwrite) {
      const char* way_out = plan_.single ? "choose another name, or leave out --no-overwrite"
                                         : "add --skip-existing, or use --overwrite instead of "
                                           "--no-overwrite";
      return Failure{output, {ErrorCode::kIo, std::string("already exists: ") + way_out}};
    }
    // A name that the user did not write is not replaced without being asked.
    if (plan_.single || args_.overwrite) return std::nullopt;
    return Failure{output, {ErrorCode::kIo, "already exists: use --overwrite or --skip-existing"}};
  }

  const BatchArgs& args_;
  const BatchPlan& plan_;
  const Writes writes_;
  const FileWork& work_;
  PixelBudget budget_ = budget_of_this_machine();
  std::vector<FileResult> results_;
};

BatchProgress::Mode progress_mode(const BatchArgs& args) {
  if (args.messages.quiet || args.progress == "none") return BatchProgress::Mode::kNone;
  return args.progress == "plain" ? BatchProgress::Mode::kPlain : BatchProgress::Mode::kAuto;
}

// The one file of a plan, with a line of its own for progress.
void run_single(const BatchArgs& args, const BatchPlan& plan, Batch& batch, int threads,
                const BatchWords& words) {
  {
    const bool shown = args.progress == "auto" && !args.messages.quiet && is_terminal(stderr);
    ProgressLine line(
        std::string(words.doing) + " " + quoted_name(shown_name(plan.files.front().input, false)),
        stderr, shown, Clock::now());
    batch.run_one(0, threads, [&line](double done) { return line.update(done), true; });
  }
  const FileResult& result = batch.results().front();
  for (const std::string& line : result.said) std::fprintf(stderr, "%s\n", line.c_str());
  if (result.outcome == Outcome::kLarger && !args.messages.quiet) {
    std::fprintf(stderr, "vaecomp: %s: skipped: %s\n",
                 quoted_name(shown_name(result.input, false)).c_str(), skip_reason(result).c_str());
  }
}

Status write_report(const std::string& path, const std::vector<FileResult>& results) {
  if (path.empty()) return std::nullopt;
  const std::string text = report_text(path, results);
  return write_output(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

Status FileContext::tell(const std::string& subject, const Remarks& remarks,
                         FileResult& result) const {
  if (Status failed = refuse_if_strict(subject, remarks, messages)) return failed;
  for (const Remark& remark : remarks) {
    if (is_warning(remark)) result.warnings.push_back(remark_text(remark));
  }
  for (std::string& line : remark_lines(subject, remarks, messages))
    result.said.push_back(std::move(line));
  return std::nullopt;
}

PixelBudget::Share::Share(PixelBudget& budget, std::uint64_t pixels)
    : budget_(budget), pixels_(pixels + kBytesPerFile / kBytesPerPixel) {
  budget_.take(pixels_);
}

void PixelBudget::take(std::uint64_t pixels) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return taken_ == 0 || taken_ + pixels <= limit_; });
  taken_ += pixels;
}

void PixelBudget::give_back(std::uint64_t pixels) {
  {
    const std::lock_guard lock(mutex_);
    taken_ -= pixels;
  }
  room_.notify_all();
}

Status run_batch(const BatchArgs& args, const BatchPlan& plan,
                 const std::function<Status()>& load_model, int threads, const BatchWords& words,
                 const FileWork& work) {
  if (!plan.single) {
    if (Status failed = load_model()) return failed;
  }
  if (Status failed = check_report(args.report)) return failed;
  if (!args.report.empty()) {
    if (Status failed = check_output(args.report, "-")) return failed;
  }
  Batch batch(args, plan, words.writes, work);
  Status first;
  if (plan.single) {
    run_single(args, plan, batch, thread_count(threads), words);
    first = batch.results().front().failure;
  } else {
    BatchProgress progress(plan, progress_mode(args), words.done);
    batch.run_all(thread_count(threads), progress);
    progress.summarise();
    for (const FileResult& result : batch.results()) {
      if (!result.failure) continue;
      first = result.failure;
      first->shown = true;
      break;
    }
  }
  Status report_failed = write_report(args.report, batch.results());
  return first ? first : report_failed;
}

}  // namespace vaecomp
