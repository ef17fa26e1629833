// Works on the files of a plan: several at a time if there are many, one with all threads if not.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include "tools/vaecomp/batch/batch_plan.h"
#include "tools/vaecomp/batch/batch_report.h"
#include "tools/vaecomp/picture/replacing.h"
#include "tools/vaecomp/support/options.h"
#include "tools/vaecomp/support/output.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Bounds the memory of files worked on at the same time by their pixels; small ones count more.
class PixelBudget {
 public:
  // A part of the budget, given back at the end.
  class Share {
   public:
    Share(PixelBudget& budget, std::uint64_t pixels);
    ~Share() { budget_.give_back(pixels_); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

   private:
    PixelBudget& budget_;
    std::uint64_t pixels_;
  };

  explicit PixelBudget(std::uint64_t pixels) : limit_(pixels) {}

 private:
  // Waits until there is room; a picture larger than the whole budget waits to be alone.
  void take(std::uint64_t pixels);
  void give_back(std::uint64_t pixels);

  const std::uint64_t limit_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::uint64_t taken_ = 0;
};

// What the work on one file may use.
struct FileContext {
  int threads;          // for this file
  Progress progress;    // to be told the share done
  PixelBudget& budget;  // a share of which is held while the picture is coded
  const MessageArgs& messages;
  WriteOptions write;  // how the output is to be written

  // Has the remarks shown with the result; fails as refuse_if_strict() does.
  Status tell(const std::string& subject, const Remarks& remarks, FileResult& result) const;
};

// What a command does with one file, whose output is known to be free to write: fills in of the
// result what it learns; of the outcome only that the file was skipped as larger. Called from
// several threads at a time.
using FileWork =
    std::function<Status(const PlannedFile& file, const FileContext& context, FileResult& result)>;

// How a command is called in messages, and what it makes.
struct BatchWords {
  const char* doing;  // "encoding"
  const char* done;   // "encoded"
  Writes writes;
};

// Does `work` for all files of the plan with `threads` threads (0: as many as the machine has), and
// writes the report if one is wanted. A file that fails does not stop the others: its line is on
// stderr at once, and the first failure in the plan's order is returned, marked as shown. Of a
// single file the failure is returned unshown. Peak memory: half of the machine's, or one
// picture's. For many files `load_model` comes first: a bad one is one failure, not one a file.
Status run_batch(const BatchArgs& args, const BatchPlan& plan,
                 const std::function<Status()>& load_model, int threads, const BatchWords& words,
                 const FileWork& work);

}  // namespace vaecomp
