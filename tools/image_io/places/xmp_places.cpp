// expat finds what to cut, by name; the packet is cut at its byte offsets, so that nothing else
// changes.
#include <expat.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <string_view>

#include "tools/image_io/places/place_names.h"
#include "tools/image_io/places/places.h"

namespace vaecomp {
namespace {

constexpr char kSeparator = '\n';  // between a name's namespace and the rest

struct Cut {
  std::size_t from = 0, to = 0;
};

struct State {
  XML_Parser parser = nullptr;
  std::string_view packet;
  std::vector<Cut> cuts;
  Cut current;
  int depth_inside = 0;  // of elements in the one that is cut; 0 outside
  bool refused = false;

  void refuse() {
    refused = true;
    XML_StopParser(parser, XML_FALSE);
  }
};

// The event's bytes in the packet.
Cut event_range(const State& state) {
  const auto from = static_cast<std::size_t>(XML_GetCurrentByteIndex(state.parser));
  return {from, from + static_cast<std::size_t>(XML_GetCurrentByteCount(state.parser))};
}

bool is_place(const char* expanded_name) {
  const std::string_view name = expanded_name;
  return names_place(name.substr(name.rfind(kSeparator) + 1));  // npos + 1 is 0
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Cuts those attributes of a start tag that name a place. The parser gives them in the order of the
// tag, without declarations of namespaces; it has found the tag to be well-formed.
void cut_attributes(State& state, const char* const* attributes) {
  const Cut range = event_range(state);
  const std::string_view tag = state.packet.substr(range.from, range.to - range.from);
  std::size_t at = 0;
  while (at < tag.size() && !is_space(tag[at]) && tag[at] != '>') ++at;
  while (attributes[0] != nullptr) {
    const std::size_t start = at;
    while (at < tag.size() && is_space(tag[at])) ++at;
    const std::size_t equals = tag.find('=', at);
    if (equals == tag.npos) return state.refuse();
    std::string_view name = tag.substr(at, equals - at);
    while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
    const std::size_t open = tag.find_first_of("\"'", equals);
    const std::size_t close = open == tag.npos ? open : tag.find(tag[open], open + 1);
    if (close == tag.npos) return state.refuse();
    at = close + 1;
    if (name == "xmlns" || name.starts_with("xmlns:")) continue;
    if (is_place(attributes[0])) state.cuts.push_back({range.from + start, range.from + at});
    attributes += 2;
  }
}

void on_start(void* user, const char* name, const char** attributes) {
  State& state = *static_cast<State*>(user);
  if (state.depth_inside > 0) {
    ++state.depth_inside;
    return;
  }
  if (is_place(name)) {
    state.depth_inside = 1;
    state.current = event_range(state);
    return;
  }
  try {
    cut_attributes(state, attributes);
  } catch (const std::bad_alloc&) {
    state.refuse();
  }
}

void on_end(void* user, const char*) {
  State& state = *static_cast<State*>(user);
  if (state.depth_inside == 0 || --state.depth_inside > 0) return;
  try {
    // The end of <a/> is that of its start.
    state.current.to = std::max(state.current.to, event_range(state).to);
    state.cuts.push_back(state.current);
  } catch (const std::bad_alloc&) {
    state.refuse();
  }
}

// Entities could hide names and values; XMP has no use for them.
void on_doctype(void* user, const char*, const char*, const char*, int) {
  static_cast<State*>(user)->refuse();
}

std::string_view view_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// False if the packet cannot be parsed or has what no packet should.
bool find_cuts(State& state) {
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(
      XML_ParserCreateNS("UTF-8", kSeparator), XML_ParserFree);
  if (!parser) return false;
  state.parser = parser.get();
  XML_SetUserData(state.parser, &state);
  XML_SetElementHandler(state.parser, on_start, on_end);
  XML_SetStartDoctypeDeclHandler(state.parser, on_doctype);
  const XML_Status status =
      XML_Parse(state.parser, state.packet.data(), static_cast<int>(state.packet.size()), XML_TRUE);
  return status == XML_STATUS_OK && !state.refused;
}

}  // namespace

bool forget_xmp_places(Bytes& xmp) {
  static_assert(kMaxMetadata <= 0x7FFFFFFF);
  if (xmp.size() > kMaxMetadata) return false;
  while (!xmp.empty() && xmp.back() == 0) xmp.pop_back();  // some writers end the packet so
  State state;
  state.packet = view_of(xmp);
  if (!find_cuts(state)) return false;
  Bytes left;
  left.reserve(xmp.size());
  std::size_t at = 0;
  for (const Cut& cut : state.cuts) {
    left.insert(left.end(), xmp.begin() + static_cast<std::ptrdiff_t>(at),
                xmp.begin() + static_cast<std::ptrdiff_t>(cut.from));
    at = cut.to;
  }
  left.insert(left.end(), xmp.begin() + static_cast<std::ptrdiff_t>(at), xmp.end());
  xmp = std::move(left);
  State after;
  after.packet = view_of(xmp);
  return find_cuts(after) && after.cuts.empty();
}

}  // namespace vaecomp
