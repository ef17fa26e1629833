// Runs libpng calls so that its errors come back as values.
//
// libpng reports an error by longjmp, which must not jump over C++ objects with destructors. So
// everything with a destructor lives outside of guarded(), and what runs inside is a captureless
// function that works on a plain state struct through pointers.
#pragma once

#include <png.h>

#include <csetjmp>
#include <cstdio>

namespace vaecomp {

// The first error that libpng reported, copied before the jump, and its first warnings.
struct PngFailure {
  static constexpr int kMaxWarnings = 4;

  char text[160] = {};
  bool end_of_data = false;  // set by the reading callback
  int warnings = 0;
  char warning[kMaxWarnings][80] = {};
};

[[noreturn]] inline void on_png_error(png_structp png, png_const_charp text) {
  auto* failure = static_cast<PngFailure*>(png_get_error_ptr(png));
  std::snprintf(failure->text, sizeof failure->text, "%s", text);
  png_longjmp(png, 1);
}

inline void on_png_warning(png_structp png, png_const_charp text) {
  auto* failure = static_cast<PngFailure*>(png_get_error_ptr(png));
  if (failure->warnings == PngFailure::kMaxWarnings) return;
  char* to = failure->warning[failure->warnings++];
  std::snprintf(to, sizeof failure->warning[0], "%s", text);
}

// Reading with libpng: what the states that its callbacks see begin with.
struct PngReading {
  png_structp png = nullptr;
  png_infop info = nullptr;
  PngFailure failure;

  PngReading() = default;
  PngReading(const PngReading&) = delete;
  PngReading& operator=(const PngReading&) = delete;
  ~PngReading() { png_destroy_read_struct(&png, &info, nullptr); }

  // `read` is given `state`. False if there is no memory.
  bool start(png_rw_ptr read, void* state, png_uint_32 max_side) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, on_png_error, on_png_warning);
    if (png != nullptr) info = png_create_info_struct(png);
    if (info == nullptr) return false;
    png_set_read_fn(png, state, read);
    png_set_user_limits(png, max_side, max_side);
    return true;
  }
};

// Runs step(state); false if libpng reported an error meanwhile. `step` and what it calls up to
// libpng hold no object with a destructor.
template <typename State>
bool guarded(png_structp png, void (*step)(State&), State& state) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  step(state);
  return true;
}

}  // namespace vaecomp
