// The elements of a tensor of a model file, as they lie there: little-endian, at any address.
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "format/bytes.h"

namespace vaecomp {

enum class TensorType : std::uint8_t { kI8 = 1, kI16 = 2, kI32 = 3, kU8 = 4, kU16 = 5, kF32 = 6 };

// A float as the bits of IEEE 754, so that no exact code names a float type; std::bit_cast<float>
// makes it one.
enum class F32Bits : std::uint32_t {};

// The TensorType of elements that are T in C++.
template <typename T>
constexpr TensorType tensor_type() {
  if constexpr (std::same_as<T, std::int8_t>) return TensorType::kI8;
  if constexpr (std::same_as<T, std::int16_t>) return TensorType::kI16;
  if constexpr (std::same_as<T, std::int32_t>) return TensorType::kI32;
  if constexpr (std::same_as<T, std::uint8_t>) return TensorType::kU8;
  if constexpr (std::same_as<T, std::uint16_t>) return TensorType::kU16;
  if constexpr (std::same_as<T, F32Bits>) return TensorType::kF32;
}

constexpr std::size_t element_bytes(TensorType type) {
  constexpr std::size_t kBytes[] = {1, 2, 4, 1, 2, 4};
  return kBytes[static_cast<int>(type) - 1];
}

// Borrowed elements, loaded one by one.
template <typename T>
class Elements {
 public:
  struct Iterator {
    const std::uint8_t* at;
    T operator*() const { return load(at); }
    Iterator& operator++() { return at += sizeof(T), *this; }
    bool operator==(const Iterator&) const = default;
  };

  explicit Elements(ByteSpan bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size() / sizeof(T); }
  T operator[](std::size_t i) const { return load(bytes_.data() + i * sizeof(T)); }
  Iterator begin() const { return {bytes_.data()}; }
  Iterator end() const { return {bytes_.data() + bytes_.size()}; }

 private:
  static T load(const std::uint8_t* at) {
    using Bits =
        std::conditional_t<sizeof(T) == 1, std::uint8_t,
                           std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint32_t>>;
    return static_cast<T>(load_le<Bits>(at));
  }

  ByteSpan bytes_;
};

// Typed elements that copies share; immutable.
class TensorData {
 public:
  TensorData() = default;  // none, i8

  // A view of `bytes`, which `owner` keeps (or, if null, the caller).
  TensorData(TensorType type, ByteSpan bytes, std::shared_ptr<const void> owner)
      : type_(type), bytes_(bytes), owner_(std::move(owner)) {}

  // The bytes of `values`.
  template <typename T>
  TensorData(const std::vector<T>& values) : type_(tensor_type<T>()) {  // NOLINT: implicit
    const auto bytes = std::make_shared<Bytes>();
    for (const T value : values) {
      append_le(*bytes, static_cast<std::uint32_t>(value));
      bytes->resize(bytes->size() - 4 + sizeof(T));
    }
    bytes_ = *bytes;
    owner_ = bytes;
  }

  TensorType type() const { return type_; }
  ByteSpan bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size() / element_bytes(type_); }

  template <typename T>
  bool is() const {
    return type_ == tensor_type<T>();
  }
  // All elements, which are T; valid as long as this or a copy is.
  template <typename T>
  Elements<T> as() const {
    assert(is<T>());
    return Elements<T>(bytes_);
  }
  // A copy of them.
  template <typename T>
  std::vector<T> values() const {
    std::vector<T> all(size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = as<T>()[i];
    return all;
  }

 private:
  TensorType type_ = TensorType::kI8;
  ByteSpan bytes_;
  std::shared_ptr<const void> owner_;
};

// use(elements) for weights, which are i8 or i16.
template <typename Use>
auto with_weights(const TensorData& data, const Use& use) {
  if (data.is<std::int8_t>()) return use(data.as<std::int8_t>());
  return use(data.as<std::int16_t>());
}

}  // namespace vaecomp
