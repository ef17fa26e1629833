// Reading, checking, replacing.
#include "tools/vaecomp/picture/attachments.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "format/utf8.h"
#include "tools/image_io/colour_facts.h"
#include "tools/image_io/colour_profile.h"
#include "tools/image_io/jpeg_segments.h"
#include "tools/image_io/orientation.h"
#include "tools/image_io/photoshop_resources.h"
#include "tools/vaecomp/support/input.h"

namespace vaecomp {
namespace {

bool starts_with(const Bytes& bytes, std::string_view head) {
  return bytes.size() >= head.size() &&
         std::equal(head.begin(), head.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

void drop_head(Bytes& bytes, std::string_view head) {
  if (starts_with(bytes, head))
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(head.size()));
}

Error no_such(const char* what) { return {ErrorCode::kCorrupt, what, 0}; }

Result<Bytes> checked_exif(Bytes bytes) {
  drop_head(bytes, kExifHead);
  if (!starts_with(bytes, "II*\0"sv) && !starts_with(bytes, "MM\0*"sv))
    return no_such("is no EXIF: it begins neither with II*, MM nor Exif");
  return bytes;
}

Result<Bytes> checked_xmp(Bytes bytes) {
  drop_head(bytes, kXmpHead);
  if (!is_utf8(bytes)) return no_such("is no XMP: it is not UTF-8");
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos || text[first] != '<' || text.find('\0') != text.npos)
    return no_such("is no XMP: it is no XML text");
  return bytes;
}

Result<Bytes> checked_iptc(Bytes bytes) {
  drop_head(bytes, kPhotoshopHead);
  if (starts_with(bytes, "\x1C")) {
    Bytes resources;
    append_resource(resources, kIptcResource, bytes);
    return resources;
  }
  const auto resources = photoshop_resources(bytes);
  if (!resources || resources->empty())
    return no_such("is no IPTC: neither a record nor Photoshop resources");
  return bytes;
}

Status load(const std::string& path, Result<Bytes> (*check)(Bytes), std::optional<Bytes>& to) {
  if (path.empty()) return std::nullopt;
  const std::string name = shown_name(path, false);
  Result<Bytes> file = read_input(path);
  if (!file) return Failure{name, file.error()};
  if (file->size() > kMaxMetadata)
    return Failure{name, {ErrorCode::kLimit, "is larger than 64 MiB, which metadata may have"}};
  Result<Bytes> checked = check(*std::move(file));
  if (!checked) return Failure{name, checked.error()};
  to = *std::move(checked);
  return std::nullopt;
}

}  // namespace

void add_attach_options(CLI::App& command, AttachArgs& args) {
  const auto add = [&command](const char* name, std::string& path, const char* what) {
    command.add_option(name, path, what)->type_name("FILE");
  };
  add("--exif", args.exif,
      "EXIF to keep instead of the picture's own; its orientation is not used");
  add("--icc", args.icc,
      "ICC profile to keep instead of the picture's own; pixels stay as they are");
  add("--xmp", args.xmp, "XMP packet to keep instead of the picture's own");
  add("--iptc", args.iptc,
      "IPTC record, or Photoshop resources, to keep instead of the picture's own");
}

Status load_attachments(const AttachArgs& args, bool pictures_from_stdin,
                        Attachments& attachments) {
  int readers = pictures_from_stdin ? 1 : 0;
  for (const std::string& path : {args.exif, args.icc, args.xmp, args.iptc}) readers += path == "-";
  if (readers > 1)
    return usage_error(
        "standard input can be only one of picture, --exif, --icc, --xmp and --iptc");
  if (Status failed = load(args.exif, checked_exif, attachments.exif)) return failed;
  if (Status failed = load(args.xmp, checked_xmp, attachments.xmp)) return failed;
  if (Status failed = load(args.iptc, checked_iptc, attachments.iptc)) return failed;
  const auto as_it_is = [](Bytes bytes) -> Result<Bytes> { return bytes; };
  if (Status failed = load(args.icc, as_it_is, attachments.icc)) return failed;
  if (!attachments.icc) return std::nullopt;
  const Result<ProfileInfo> info = inspect_profile(*attachments.icc);
  const std::string name = shown_name(args.icc, false);
  if (!info) return Failure{name, info.error()};
  if (info->channels == 0)
    return Failure{
        name, {ErrorCode::kUnsupportedFeature, "is an ICC profile neither for RGB nor for grey"}};
  attachments.icc_channels = info->channels;
  return std::nullopt;
}

Result<void> attach(const Attachments& attachments, bool pixels_as_stored, Image& image) {
  Metadata& metadata = image.metadata;
  if (attachments.icc) {
    if (attachments.icc_channels != image.channels)
      return Error{ErrorCode::kInvalidArgument,
                   std::string("the picture is ") + (image.channels == 1 ? "grey" : "RGB") +
                       ", the profile of --icc is for " +
                       (attachments.icc_channels == 1 ? "grey" : "RGB")};
    metadata.icc = *attachments.icc;
    std::erase_if(metadata.display, is_about_colours);
  }
  if (attachments.xmp) metadata.xmp = *attachments.xmp;
  if (attachments.iptc) metadata.iptc = *attachments.iptc;
  if (attachments.exif) metadata.exif = *attachments.exif;
  if (!pixels_as_stored && (attachments.exif || attachments.xmp)) forget_orientation(metadata);
  return {};
}

}  // namespace vaecomp
