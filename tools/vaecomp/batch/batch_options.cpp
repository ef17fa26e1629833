// Declarations of the shared options.
#include "tools/vaecomp/batch/batch_options.h"

#include "tools/vaecomp/support/values.h"

namespace vaecomp {

void add_batch_options(CLI::App& command, BatchArgs& args, const std::string& what,
                       const std::string& to) {
  command.add_option("IN", args.inputs, what + " to read; - for standard input")
      ->required()
      ->type_name("");
  command
      .add_option("-o,--output", args.output,
                  to + " to write, - for standard output; or a folder, in which names are derived")
      ->required()
      ->type_name("OUT");
  command.add_flag("-r,--recursive", args.recursive, "Take the files of folders and of theirs");
  CLI::Option* overwrite = command.add_flag(
      "--overwrite", args.overwrite,
      "Replace files that exist: in a folder, or of another kind than OUT should be");
  command
      .add_flag("--no-overwrite", args.no_overwrite,
                "Replace nothing, not even the file that OUT names; in a folder the default")
      ->excludes(overwrite);
  command.add_flag("--skip-existing", args.skip_existing, "Leave out files whose output exists")
      ->excludes(overwrite);
  command.add_flag("--preserve", args.preserve,
                   "Give outputs the times of their inputs; permissions follow them in any case");
  command.add_flag("--sync", args.sync,
                   "Wait for each output until it is on the disk, so that it outlasts a crash");
  command
      .add_option(
          "--progress", args.progress,
          "auto: a moving line on a terminal; plain: a line for each of several files; none")
      ->transform(one_of("a kind of progress", {"auto", "plain", "none"}))
      ->type_name("HOW");
  command.add_option("--report", args.report, "Write what became of each file as a table")
      ->type_name("FILE.csv|.json");
  add_message_options(command, args.messages);
}

}  // namespace vaecomp
