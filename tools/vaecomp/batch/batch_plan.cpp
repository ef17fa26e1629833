// Folders become files, files become pairs, pairs are checked against each other.
#include "tools/vaecomp/batch/batch_plan.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <utility>

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

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
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

class Planner {
 public:
  Planner(const BatchArgs& args, const NamingRules& rules, BatchPlan& plan)
      : output_(args.output), rules_(rules), plan_(plan) {}

  void add_file(const fs::path& input, const fs::path& relative) {
    fs::path name = relative;
    name.replace_extension(rules_.output_extension);
    plan_.files.push_back({input.string(), (output_ / name).string(), size_of(input)});
  }

  // Every file below `folder` whose extension is taken, in the order of their names. Links to
  // folders are not followed: they may lead in circles.
  Status add_folder(const std::string& folder) {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code ignored;
      if (!entry->is_regular_file(ignored)) continue;
      if (contains(rules_.taken, lower_extension(entry->path()))) {
        found.push_back(entry->path());
      } else {
        ++plan_.left_alone;
      }
    }
    if (error) return Failure{folder, {ErrorCode::kIo, "cannot be listed: " + error.message()}};
    std::sort(found.begin(), found.end());
    for (const fs::path& path : found) add_file(path, path.lexically_relative(folder));
    return std::nullopt;
  }

  // No output may be met twice, and none may be an input.
  Status check_clashes() const {
    std::map<std::string, const PlannedFile*> inputs, outputs;
    for (const PlannedFile& file : plan_.files) inputs.emplace(identity(file.input), &file);
    for (const PlannedFile& file : plan_.files) {
      const std::string place = identity(file.output);
      if (const auto input = inputs.find(place); input != inputs.end()) {
        return usage_error("its output would replace the input " + input->second->input,
                           file.input);
      }
      const auto [other, is_new] = outputs.emplace(place, &file);
      if (!is_new) {
        return usage_error(other->second->input + " and " + file.input + " would both become " +
                           file.output + ": give them to separate runs");
      }
    }
    return std::nullopt;
  }

 private:
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
  if (!ends_with_slash(args.output) && lower_extension(args.output) == rules.output_extension) {
    return usage_error("several files cannot become one: use -o FOLDER/", args.output);
  }
  return std::nullopt;
}

}  // namespace

Status plan_batch(const BatchArgs& args, const NamingRules& rules, BatchPlan& plan) {
  if (args.output.empty()) return usage_error("the output's name is empty");
  const bool folders = std::any_of(args.inputs.begin(), args.inputs.end(), is_folder);
  const bool several = args.inputs.size() > 1 || (folders && args.recursive);
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
    } else if (!args.recursive) {
      return Failure{input, {ErrorCode::kIo, "is a directory: add --recursive to take its files"}};
    } else if (Status failed = planner.add_folder(input)) {
      return failed;
    }
  }
  if (plan.files.empty()) {
    const std::string others = std::to_string(plan.left_alone);
    return Failure{args.inputs.front(),
                   {ErrorCode::kIo, "nothing to do: no file with an extension that is taken, " +
                                        others + " others left alone"}};
  }
  return planner.check_clashes();
}

}  // namespace vaecomp
