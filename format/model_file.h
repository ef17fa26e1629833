// The `.vaem` model file (MODEL.md sections 1 and 2) as plain data: card, tensors, lists of layers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/container.h"
#include "format/error.h"
#include "format/limits.h"
#include "format/tensor_data.h"

namespace vaecomp {

inline constexpr std::uint8_t kModelMagic[4] = {0x56, 0x41, 0x45, 0x4D};  // VM-01
inline constexpr std::uint8_t kModelVersion = 2;                          // VM-02
inline constexpr std::uint64_t kMaxRank = 4;                              // VM-08

// A named array, row-major, last dimension fastest.
struct NamedTensor {
  std::string name;
  std::vector<std::uint32_t> dims;  // 0 .. 4 of them, each at least 1; none: one element
  TensorData data;
};

enum class Op : std::uint8_t {
  kInput = 1,
  kPush = 2,
  kAdd = 3,
  kConv1x1 = 4,
  kDepthwise = 5,
  kRelu = 6,
  kShuffle = 7,
  kUnshuffle = 8,
  kConcat = 9,
  kAffine = 10,
  kAsinh = 11,
};

inline constexpr std::uint16_t kNoTensor = 65535;

// One layer record, MODEL.md section 2; unused fields hold 0 or kNoTensor (VM-10).
struct LayerRecord {
  Op op = Op::kInput;
  std::uint8_t k = 0;
  std::uint16_t weights = kNoTensor, bias = kNoTensor, multiplier = kNoTensor;
  std::uint8_t shift = 0;
  std::uint8_t fraction = 0;
  std::int16_t low = 0, high = 0;
};

enum class Arithmetic : std::uint8_t { kExact = 0, kFloat = 1 };

struct NetworkInput {
  std::uint16_t channels = 0;
  std::uint8_t fraction = 0;
};

struct NetworkRecord {
  std::string name;
  Arithmetic arithmetic = Arithmetic::kExact;
  std::vector<NetworkInput> inputs;
  std::vector<LayerRecord> layers;
};

struct ModelFile {
  std::uint32_t id = 0;  // CRC-32C of the payload; set by read_model_file and write_model_file
  std::vector<std::pair<std::string, std::string>> card;
  std::vector<NamedTensor> tensors;
  std::vector<NetworkRecord> networks;

  const NamedTensor* find_tensor(std::string_view name) const;  // null if absent
  const NetworkRecord* find_network(std::string_view name) const;
};

// Reads and checks sections 1 and 2 (VM-01 .. VM-10): magic, version and checksum first, then the
// id, then every field's own range, tensor and input numbers included. What layers mean together
// (VM-11 on) is checked by codec/layers and codec/decoder. The result's tensors share the
// decompressed payload, which is all the memory that is taken; its size is checked against the
// file's and the limits before. How often layers use tensors is checked against the limits, so that
// what networks make of them is bounded too.
//
// Errors: kTruncated, kNotAStream, kUnsupportedVersion, kChecksum, kCorrupt with offset and rule
// (offsets of section 2 count from the start of the decompressed payload, and the text says so);
// kLimit, kMemory.
Result<ModelFile> read_model_file(ByteSpan file, const ModelLimits& limits = {});

// Writes a model file; sets `model.id`. Used by tests and tools; the trainer has its own writer in
// Python. Errors: kInvalidArgument for a model that read_model_file would refuse; kMemory.
Result<Bytes> write_model_file(ModelFile& model);

}  // namespace vaecomp
