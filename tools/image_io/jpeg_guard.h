// Runs libjpeg calls so that its errors come back as values; the rules are those of png_guard.h.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// libjpeg's header needs the two before it.
#include <jerror.h>
#include <jpeglib.h>

namespace vaecomp {

// A warning of libjpeg's, the first of its kind.
struct JpegWarning {
  int code = 0;                // of jerror.h
  std::size_t bytes_left = 0;  // of the input
  char text[JMSG_LENGTH_MAX] = {};
};

// libjpeg's error manager, the first error copied before the jump, and the warnings. `base` comes
// first, because libjpeg's callbacks get a pointer to it.
struct JpegErrors {
  static constexpr int kMaxWarnings = 8;

  jpeg_error_mgr base = {};
  std::jmp_buf jump = {};
  bool goes_on = false;  // after a warning of damage
  int code = 0;          // of jerror.h
  char text[JMSG_LENGTH_MAX] = {};
  int warnings = 0;
  JpegWarning warning[kMaxWarnings] = {};
};

[[noreturn]] inline void on_jpeg_error(j_common_ptr jpeg) {
  auto* errors = reinterpret_cast<JpegErrors*>(jpeg->err);
  errors->code = errors->base.msg_code;
  errors->base.format_message(jpeg, errors->text);
  std::longjmp(errors->jump, 1);
}

// Warnings that leave all pixels as they were meant.
inline bool is_harmless(int code) {
  return code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR ||
         code == JWRN_BOGUS_ICC || code == JWRN_NOT_SEQUENTIAL;
}

// libjpeg goes on after damage and makes up the rest; here it is an error unless the caller goes
// on, too. Level -1 is a warning, higher ones are tracing.
inline void on_jpeg_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  auto* errors = reinterpret_cast<JpegErrors*>(jpeg->err);
  const int code = errors->base.msg_code;
  if (!is_harmless(code) && !errors->goes_on) on_jpeg_error(jpeg);
  for (int i = 0; i < errors->warnings; ++i)
    if (errors->warning[i].code == code) return;
  if (errors->warnings == JpegErrors::kMaxWarnings) return;
  JpegWarning& warning = errors->warning[errors->warnings++];
  warning.code = code;
  errors->base.format_message(jpeg, warning.text);
  if (jpeg->is_decompressor)
    warning.bytes_left = reinterpret_cast<j_decompress_ptr>(jpeg)->src->bytes_in_buffer;
}

inline void start_jpeg_errors(JpegErrors& errors) {
  jpeg_std_error(&errors.base);
  errors.base.error_exit = on_jpeg_error;
  errors.base.emit_message = on_jpeg_message;
}

// Runs step(state), which uses state.errors; false if libjpeg reported an error meanwhile.
template <typename State>
bool guarded_jpeg(void (*step)(State&), State& state) {
  if (setjmp(state.errors.jump) != 0) return false;
  step(state);
  return true;
}

}  // namespace vaecomp
