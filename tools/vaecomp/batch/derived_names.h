// Names of outputs in a folder, from those of the inputs.
#pragma once

#include <filesystem>
#include <string_view>

namespace vaecomp {

// "photo.vaec" of "photo.png"; "photo.png.vaec" if the extension is kept, which tells photo.png
// from photo.jpg.
std::filesystem::path stream_name(std::filesystem::path picture, bool keep_extension);

// "photo.png" of "photo.vaec" for the format "png". A name that has the format's extension below
// ".vaec" gets no second: "photo.png.vaec" becomes "photo.png"; but "photo.jpg.vaec" becomes
// "photo.jpg.png", since it is no JPEG, and since photo.png may be there, too.
std::filesystem::path picture_name(std::filesystem::path stream, std::string_view format);

}  // namespace vaecomp
