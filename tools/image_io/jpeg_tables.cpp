// libjpeg gives them to every file that is written.
#include "tools/image_io/jpeg_tables.h"

#include "tools/image_io/jpeg_guard.h"

namespace vaecomp {
namespace {

struct TableState {
  JpegErrors errors;
  jpeg_compress_struct jpeg = {};

  TableState() = default;
  TableState(const TableState&) = delete;
  TableState& operator=(const TableState&) = delete;
  ~TableState() { jpeg_destroy_compress(&jpeg); }
};

void set_defaults(TableState& state) {
  jpeg_create_compress(&state.jpeg);
  state.jpeg.in_color_space = JCS_RGB;
  state.jpeg.input_components = 3;
  jpeg_set_defaults(&state.jpeg);
}

void append(const JHUFF_TBL* table, int which, Bytes& content) {
  if (table == nullptr) return;
  content.push_back(static_cast<std::uint8_t>(which));
  std::size_t symbols = 0;
  for (int length = 1; length <= 16; ++length) {
    content.push_back(table->bits[length]);
    symbols += table->bits[length];
  }
  content.insert(content.end(), table->huffval, table->huffval + symbols);
}

}  // namespace

Bytes standard_huffman_tables() {
  TableState state;
  start_jpeg_errors(state.errors);
  state.jpeg.err = &state.errors.base;
  Bytes content;
  if (!guarded_jpeg(set_defaults, state)) return content;
  for (int i = 0; i < 2; ++i) {
    append(state.jpeg.dc_huff_tbl_ptrs[i], i, content);
    append(state.jpeg.ac_huff_tbl_ptrs[i], 0x10 | i, content);
  }
  return content;
}

}  // namespace vaecomp
