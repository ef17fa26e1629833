// Remarks as lines and as failures.
#include "tools/vaecomp/support/messages.h"

#include <algorithm>
#include <cstdio>

namespace vaecomp {
namespace {

ErrorCode code_of(RemarkKind kind) {
  switch (kind) {
    case RemarkKind::kDamage:
    case RemarkKind::kMadeUp:
      return ErrorCode::kCorrupt;
    case RemarkKind::kMore:
    case RemarkKind::kColour:
    case RemarkKind::kLeftOut:
      return ErrorCode::kUnsupportedFeature;
    case RemarkKind::kLarger:
      return ErrorCode::kLimit;
  }
  return ErrorCode::kInternal;
}

}  // namespace

bool is_warning(const Remark& remark) { return remark.kind != RemarkKind::kLeftOut; }

std::string remark_text(const Remark& remark) {
  return printable(Error{ErrorCode::kInternal, remark.text, remark.offset}.message());
}

void add_message_options(CLI::App& command, MessageArgs& args) {
  CLI::Option* quiet =
      command.add_flag("--quiet", args.quiet, "Say nothing but failures: no warnings, no progress");
  command
      .add_flag("-v,--verbose", args.verbose,
                "Say also which metadata is left out, and other things that change no pixel")
      ->excludes(quiet);
  command.add_flag("--strict", args.strict, "Take a warning for a failure");
}

std::vector<std::string> remark_lines(const std::string& subject, const Remarks& remarks,
                                      const MessageArgs& args) {
  std::vector<std::string> lines;
  if (args.quiet) return lines;
  for (const Remark& remark : remarks) {
    const bool warning = is_warning(remark);
    if (!warning && !args.verbose) continue;
    Failure line{subject, {ErrorCode::kInternal, remark.text, remark.offset}};
    line.error.text.insert(0, warning ? "warning: " : "note: ");
    lines.push_back(failure_line(line));
  }
  return lines;
}

Status refuse_if_strict(const std::string& subject, const Remarks& remarks,
                        const MessageArgs& args) {
  if (!args.strict) return std::nullopt;
  const auto first = std::find_if(remarks.begin(), remarks.end(), is_warning);
  if (first == remarks.end()) return std::nullopt;
  return Failure{subject, {code_of(first->kind), first->text + " (--strict)", first->offset}};
}

Status show_remarks(const std::string& subject, const Remarks& remarks, const MessageArgs& args) {
  if (Status failed = refuse_if_strict(subject, remarks, args)) return failed;
  for (const std::string& line : remark_lines(subject, remarks, args))
    std::fprintf(stderr, "%s\n", line.c_str());
  return std::nullopt;
}

}  // namespace vaecomp
