// Works on the packet's text: attributes name="value" and elements <name>value</name> without
// children, which is how cameras write them; anything else is left alone.
#include "tools/image_io/motion_xmp.h"

#include <algorithm>
#include <string>

namespace vaecomp {
namespace {

constexpr std::string_view kCameraSpace = "http://ns.google.com/photos/1.0/camera/";
constexpr std::string_view kVideoNames[] = {"MotionPhoto", "MicroVideo"};
constexpr std::string_view kItems[] = {"MotionPhoto", "GainMap"};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string text_of(const Bytes& xmp) { return {xmp.begin(), xmp.end()}; }

// The prefix that the packet gives to the camera's name space, with its colon; or empty.
std::string camera_prefix(const std::string& packet) {
  const std::size_t space = packet.find(kCameraSpace);
  if (space == packet.npos) return {};
  const std::size_t declared = packet.rfind("xmlns:", space);
  if (declared == packet.npos) return {};
  std::size_t end = declared + 6;
  while (end < packet.size() && is_name(packet[end])) ++end;
  return packet.substr(declared + 6, end - declared - 6) + ":";
}

// Where a name with this beginning stands at or after `from`: as an attribute or in a tag.
std::size_t find_name(const std::string& packet, const std::string& beginning, std::size_t from) {
  std::size_t at = packet.find(beginning, from);
  while (at != packet.npos && (at == 0 || is_name(packet[at - 1])))
    at = packet.find(beginning, at + 1);
  return at;
}

// Removes the attribute or element whose name begins at `at`; false if it is neither in a simple
// form.
bool remove_named(std::string& packet, std::size_t at) {
  std::size_t end = at;
  while (end < packet.size() && (is_name(packet[end]) || packet[end] == ':')) ++end;
  const std::string name = packet.substr(at, end - at);
  if (packet[at - 1] == '<') {
    const std::string close = "</" + name + ">";
    const std::size_t value_end = packet.find('<', at);
    if (end >= packet.size() || packet[end] != '>' || value_end == packet.npos ||
        packet.compare(value_end, close.size(), close) != 0)
      return false;
    packet.erase(at - 1, value_end + close.size() - (at - 1));
    return true;
  }
  if (!is_space(packet[at - 1])) return false;
  while (end < packet.size() && is_space(packet[end])) ++end;
  if (end >= packet.size() || packet[end] != '=') return false;
  ++end;
  while (end < packet.size() && is_space(packet[end])) ++end;
  if (end >= packet.size() || (packet[end] != '"' && packet[end] != '\'')) return false;
  const std::size_t close = packet.find(packet[end], end + 1);
  if (close == packet.npos) return false;
  // The blank before it goes, too; the one behind it stays.
  packet.erase(at - 1, close + 1 - (at - 1));
  return true;
}

// Where the list of pictures names an item of this kind, or npos.
std::size_t find_item(const std::string& packet, std::string_view kind) {
  for (const std::string_view form : {":Semantic=\"", ":Semantic='", ":Semantic>"}) {
    const std::size_t at = packet.find(std::string(form) + std::string(kind));
    if (at != packet.npos) return at;
  }
  return packet.npos;
}

// Removes the innermost rdf:li around a place.
bool remove_item(std::string& packet, std::size_t at) {
  constexpr std::string_view kOpen = "<rdf:li", kClose = "</rdf:li>";
  const std::size_t open = packet.rfind(kOpen, at), close = packet.find(kClose, at);
  if (open == packet.npos || close == packet.npos) return false;
  if (packet.find(kClose, open) != close || packet.find(kOpen, open + 1) < close) return false;
  packet.erase(open, close + kClose.size() - open);
  return true;
}

}  // namespace

bool announces_video(const Bytes& xmp) {
  const std::string packet = text_of(xmp);
  const std::string prefix = camera_prefix(packet);
  if (find_item(packet, "MotionPhoto") != packet.npos) return true;
  return !prefix.empty() &&
         std::any_of(std::begin(kVideoNames), std::end(kVideoNames), [&](std::string_view name) {
           return find_name(packet, prefix + std::string(name), 0) != packet.npos;
         });
}

bool announces_gain_map(const Bytes& xmp) {
  const std::string packet = text_of(xmp);
  return find_item(packet, "GainMap") != packet.npos;
}

bool forget_announcements(Bytes& xmp) {
  std::string packet = text_of(xmp);
  const std::string prefix = camera_prefix(packet);
  bool all = true;
  for (const std::string_view name : kVideoNames) {
    const std::string beginning = prefix + std::string(name);
    std::size_t at = prefix.empty() ? packet.npos : find_name(packet, beginning, 0);
    while (at != packet.npos) {
      const bool removed = remove_named(packet, at);
      all = all && removed;
      at = find_name(packet, beginning, removed ? at - 1 : at + 1);
    }
  }
  for (const std::string_view kind : kItems) {
    std::size_t at = find_item(packet, kind);
    while (at != packet.npos && remove_item(packet, at)) at = find_item(packet, kind);
    all = all && at == packet.npos;
  }
  if (packet.size() != xmp.size()) xmp.assign(packet.begin(), packet.end());
  return all;
}

}  // namespace vaecomp
