// What became of each file, as a table for people and programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/vaecomp/support/status.h"

namespace vaecomp {

enum class Outcome {
  kDone,
  kExists,  // skipped: the output exists
  kLarger,  // skipped: the output would be larger than the input
  kFailed
};

struct FileResult {
  std::string input, output;
  Outcome outcome = Outcome::kFailed;
  Status failure;            // set if it failed
  std::uint64_t pixels = 0;  // 0 and nothing where the work did not come so far
  std::uint64_t input_bytes = 0, output_bytes = 0;
  std::uint64_t stream_bytes = 0;  // of the .vaec side, what bits per pixel count, written or not
  std::optional<int> quality;
  double seconds = 0;
  std::vector<std::string> warnings;  // whether shown or not
  std::vector<std::string> said;      // warnings and notes, as lines for stderr
};

// Why a file was skipped: "exists", "larger (1234 -> 2345 bytes)"; empty if it was not.
std::string skip_reason(const FileResult& result);

// Refuses names that tell no kind of report: only .csv and .json do.
Status check_report(const std::string& path);

// The table: one row a file with the columns input, output, status (done, skipped, failed), error,
// pixels, input_bytes, output_bytes, bpp, quality, seconds, skipped (the reason), warnings. CSV
// follows RFC 4180 with a head row, warnings joined by " | "; JSON is an array of objects, null for
// what is not known, an array of warnings. `path` decides which.
std::string report_text(const std::string& path, const std::vector<FileResult>& results);

}  // namespace vaecomp
