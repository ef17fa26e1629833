// Runs libjpeg calls so that its errors come back as values; the rules are those of png_guard.h.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// libjpeg's header needs the two before it.
#include <jerror.h>
#include <jpeglib.h>

namespace vaecomp {

// libjpeg's error manager, and the first error copied before the jump. `base` comes first, because
// libjpeg's callbacks get a pointer to it.
struct JpegErrors {
  jpeg_error_mgr base = {};
  std::jmp_buf jump = {};
  int code = 0;  // of jerror.h
  char text[JMSG_LENGTH_MAX] = {};
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
         code == JWRN_BOGUS_ICC;
}

// libjpeg goes on after damage and makes up the rest; here it is an error. Level -1 is a warning,
// higher ones are tracing.
inline void on_jpeg_message(j_common_ptr jpeg, int level) {
  if (level < 0 && !is_harmless(jpeg->err->msg_code)) on_jpeg_error(jpeg);
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
