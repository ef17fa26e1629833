// Folders become files, files become pairs, pairs are checked against each other.
#include "tools/vaecomp/batch/batch_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "tools/vaecomp/picture/picture_output.h"

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return path != "-" && fs::is_directory(path, ignored);
}

bool ends_with_slash(const std::string& path) {
  return !path.empty() && fs::path(path).has_parent_path() && !fs::path(path).has_filename();
}

bool contains(std::span<const std::string_view> list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::uint64_t size_of(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  return error ? 0 : size;
}

// The place of a file, equal for all ways to write its path.
std::string identity(const std::string& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(path, error);
  return (error ? fs::path(path).lexically_normal() : canonical).string();
}

bool is_hidden(const std::string& name) { return name.starts_with('.'); }

// What systems and viewers put beside pictures: nobody's picture, whatever its extension.
bool is_of_a_system(const std::string& name) {
  static constexpr std::string_view kNames[] = {
      "Thumbs.db", "ehthumbs.db", "desktop.ini",  "Icon\r",
      "__MACOSX",  "@eaDir",      "$RECYCLE.BIN", "System Volume Information"};
  return name.starts_with("._") || contains(kNames, name);
}

class Planner {
 public:
  Planner(const BatchArgs& args, const NamingRules& rules, BatchPlan& plan)
      : output_(args.output), rules_(rules), plan_(plan) {}

  void add_file(const fs::path& input, const fs::path& relative) {
    const fs::path name = relative.parent_path() / rules_.derived_name(relative.filename());
    plan_.files.push_back({input.string(), (output_ / name).string(), size_of(input)});
  }

  // Every file below `folder` whose extension is taken, in the order of their names. Links to
  // folders are not followed: they may lead in circles.
  Status add_folder(const std::string& folder) {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      look_at(entry, found);
    }
    if (error) return Failure{folder, {ErrorCode::kIo, "cannot be listed: " + error.message()}};
    std::sort(found.begin(), found.end());
    for (const fs::path& path : found) add_file(path, path.lexically_relative(folder));
    return std::nullopt;
  }

  // No output may be an input; of inputs that would become one output only the first does.
  Status check_clashes() {
    std::map<std::string, const PlannedFile*> inputs, outputs;
    for (const PlannedFile& file : plan_.files) inputs.emplace(identity(file.input), &file);
    for (PlannedFile& file : plan_.files) {
      const std::string place = identity(file.output);
      if (const auto input = inputs.find(place); input != inputs.end()) {
        return usage_error("its output would replace the input " +
                               quoted_name(input->second->input) + ": use another folder",
                           file.input);
      }
      const auto [other, is_new] = outputs.emplace(place, &file);
      if (!is_new) file.refused = clash(*other->second, file);
    }
    return std::nullopt;
  }

 private:
  void look_at(fs::recursive_directory_iterator& entry, std::vector<fs::path>& found) {
    std::error_code ignored;
    const fs::path& path = entry->path();
    const std::string name = path.filename().string();
    if (entry->is_directory(ignored)) {
      if (is_hidden(name) || is_of_a_system(name)) entry.disable_recursion_pending();
      return;
    }
    if (is_of_a_system(name) || !entry->is_regular_file(ignored)) return;
    const bool taken = contains(rules_.taken, "." + lower_extension(name));
    if (taken && !is_hidden(name)) {
      found.push_back(path);
    } else if (taken || !is_hidden(name)) {
      ++plan_.left_alone;
    }
  }

  Failure clash(const PlannedFile& first, const PlannedFile& second) const {
    if (identity(first.input) == identity(second.input)) {
      return usage_error("is given twice: name it once", second.input);
    }
    const bool same_name = fs::path(first.input).filename() == fs::path(second.input).filename();
    std::string text = "would become " + quoted_name(second.output) + ", as " +
                       quoted_name(first.input) + " does: ";
    if (rules_.way_out != nullptr && !same_name)
      text += std::string("add ") + rules_.way_out + ", or ";
    return usage_error(text + "take another folder for it, in a run of its own", second.input);
  }

  fs::path output_;
  const NamingRules& rules_;
  BatchPlan& plan_;
};

// Why OUT cannot be the folder that several files need.
Status check_folder(const BatchArgs& args, const NamingRules& rules) {
  std::error_code ignored;
  if (args.output == "-")
    return usage_error("several files cannot become one stream: use -o FOLDER");
  if (is_folder(args.output)) return std::nullopt;
  if (fs::exists(args.output, ignored)) {
    return usage_error("several files need a folder, and this is none", args.output);
  }
  // Forgotten folder, or a glob that matched more than was thought: no folder has such a name.
  const bool like_a_file =
      lower_extension(args.output) == rules.output_extension || is_picture_name(args.output);
  if (!ends_with_slash(args.output) && like_a_file) {
    return usage_error("several files cannot become one: use -o FOLDER/", args.output);
  }
  return std::nullopt;
}

}  // namespace

Status plan_batch(const BatchArgs& args, const NamingRules& rules, BatchPlan& plan) {
  if (args.output.empty()) return usage_error("the output's name is empty");
  const auto folder = std::find_if(args.inputs.begin(), args.inputs.end(), is_folder);
  if (folder != args.inputs.end() && !args.recursive) {
    return Failure{*folder, {ErrorCode::kIo, "is a directory: add --recursive to take its files"}};
  }
  const bool several = args.inputs.size() > 1 || folder != args.inputs.end();
  plan.single = !several && !is_folder(args.output) && !ends_with_slash(args.output);
  if (plan.single) {
    const std::string& input = args.inputs.front();
    plan.files.push_back({input, args.output, input == "-" ? 0 : size_of(input)});
    return std::nullopt;
  }

  if (Status failed = check_folder(args, rules)) return failed;
  Planner planner(args, rules, plan);
  for (const std::string& input : args.inputs) {
    if (input == "-") {
      return usage_error(
          "standard input has no name that a file in a folder could have: use -o FILE");
    }
    if (!is_folder(input)) {
      planner.add_file(input, fs::path(input).filename());
    } else if (Status failed = planner.add_folder(input)) {
      return failed;
    }
  }
  if (plan.files.empty()) {
    std::string text = "nothing to do: no file has an extension that is taken (";
    for (const std::string_view extension : rules.taken)
      (text += extension == rules.taken.front() ? "" : " ") += extension;
    text += ")";
    if (plan.left_alone > 0) text += ", " + left_alone_text(plan.left_alone);
    return Failure{args.inputs.front(), {ErrorCode::kIo, text}};
  }
  return planner.check_clashes();
}

std::string left_alone_text(std::uint64_t count) {
  return std::to_string(count) + " other file" + (count == 1 ? "" : "s") + " left alone";
}

}  // namespace vaecomp
