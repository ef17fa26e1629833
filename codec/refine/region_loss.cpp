// Forward in the decoder's order, hyper latents, context steps, synthesis, pixels; backward in
// reverse.
#include "codec/refine/region_loss.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "codec/refine/table_rate.h"

namespace vaecomp {
namespace {

constexpr float kLatentUnit = 16.0f;   // Q4: of latents, means and scale indices
constexpr float kSampleUnit = 64.0f;   // Q6
constexpr float kSkippedBelow = 0.5f;  // scale indices that round to 0: nothing is coded (VC-23)

double sum(const std::vector<double>& parts) {
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

// `tensor` made [height][width] by cropping.
FloatTensor cropped(const FloatTensor& tensor, int height, int width) {
  FloatTensor out(height, width, tensor.channels);
  for (int y = 0; y < height; ++y) std::copy_n(tensor.row(y), out.row_size(), out.row(y));
  return out;
}

void add(const FloatTensor& from, FloatTensor& to) {
  std::transform(from.values.begin(), from.values.end(), to.values.begin(), to.values.begin(),
                 std::plus<>());
}

}  // namespace

RegionLoss::RegionLoss(const TwinModel& model, ImageView image, ThreadPool& pool)
    : model_(model), image_(image), pool_(pool) {
  context_tapes_.resize(model.context.size());
}

double RegionLoss::evaluate(const Rectangle& region, const FloatTensor& decoded,
                            const FloatTensor& hyper) {
  region_ = region;
  const FloatTensor blank(region_.height, region_.width, decoded.channels);
  own_slope_ = other_slope_ = index_slope_ = decoded_ = blank;
  coded_.assign(blank.values.size(), 0);

  const FloatTensor* const hyper_input[] = {&hyper};
  const FloatTensor features =
      cropped(model_.hyper_synthesis.forward(hyper_input, hyper_tape_, pool_), region_.height,
              region_.width);
  double loss = 0;
  const std::vector<std::size_t> steps = model_.exact->steps_at(model_.quality);
  for (const std::size_t s : steps) {
    const FloatTensor* const inputs[] = {&features, &decoded_};
    const FloatTensor& parameters = model_.context[s].forward(inputs, context_tapes_[s], pool_);
    loss += price_step(model_.exact->steps[s], parameters, decoded);
  }
  const FloatTensor* const latents[] = {&decoded_};
  const FloatTensor& samples = model_.synthesis.forward(latents, synthesis_tape_, pool_);
  FloatTensor sample_gradient(samples.height, samples.width, samples.channels);
  loss += distortion(samples, sample_gradient);

  model_.synthesis.backward(sample_gradient, synthesis_tape_, pool_);
  FloatTensor decoded_gradient = std::move(synthesis_tape_.gradients[0]);
  for (std::size_t i = steps.size(); i-- > 0;)
    step_back(static_cast<int>(steps[i]), decoded_gradient);
  return loss;
}

double RegionLoss::price_step(const ContextStep& step, const FloatTensor& parameters,
                              const FloatTensor& decoded) {
  const int count = step.channels();
  std::vector<double> bits(region_.height);
  pool_.parallel_for(0, region_.height, [&](int y) {
    for (int x = 0; x < region_.width; ++x) {
      if (!step.covers(y, x)) continue;
      const float* means = parameters.row(y) + static_cast<std::size_t>(x) * parameters.channels;
      std::size_t at =
          y * decoded_.row_size() + static_cast<std::size_t>(x) * decoded_.channels + step.first;
      for (int c = 0; c < count; ++c, ++at) {
        const float index = std::min(means[count + c] / kLatentUnit, kScaleIndices - 1.0f);
        coded_[at] = index >= kSkippedBelow;
        decoded_.values[at] = coded_[at] ? decoded.values[at] : means[c];
        if (!coded_[at]) continue;
        const float offset = (decoded.values[at] - means[c]) / kLatentUnit;
        const Rate rate =
            table_rate(model_.exact->tables, model_.exact->quantisation(), index, offset);
        own_slope_.values[at] = rate.by_offset;
        index_slope_.values[at] = rate.by_index;
        bits[y] += rate.bits;
      }
    }
  });
  return sum(bits);
}

double RegionLoss::distortion(const FloatTensor& samples, FloatTensor& gradient) const {
  const int top = region_.top * kLatentStride, left = region_.left * kLatentStride;
  const int height = std::min(samples.height, image_.height - top);
  const int width = std::min(samples.width, image_.width - left);
  const bool grey = image_.channels == 1;
  const float weight = static_cast<float>(model_.exact->lambda[model_.quality]) / image_.channels;
  std::vector<double> parts(std::max(height, 0));
  pool_.parallel_for(0, height, [&](int y) {
    const std::uint8_t* target =
        image_.samples.data() +
        (static_cast<std::size_t>(top + y) * image_.width + left) * image_.channels;
    const float* in = samples.row(y);
    float* out = gradient.row(y);
    // Beyond the range of samples the decoder clips: the error stays, the slope vanishes.
    const auto error = [&](float sample, float& slope) {
      const float clipped = std::clamp(sample, 0.0f, 255.0f),
                  e = clipped - static_cast<float>(*target++);
      slope = sample == clipped ? 2.0f * weight * e / kSampleUnit : 0.0f;
      return weight * e * e;
    };
    for (int x = 0; x < width; ++x, in += 3, out += 3) {
      if (grey) {
        float slope;
        parts[y] += error((in[0] + 2.0f * in[1] + in[2]) / (4.0f * kSampleUnit), slope);
        out[0] = out[2] = slope / 4.0f;
        out[1] = slope / 2.0f;
      } else {
        for (int c = 0; c < 3; ++c) parts[y] += error(in[c] / kSampleUnit, out[c]);
      }
    }
  });
  return sum(parts);
}

// `decoded_gradient`: of the error and of the bits of later steps over the decoded latents, Q4.
void RegionLoss::step_back(int s, FloatTensor& decoded_gradient) {
  const ContextStep& step = model_.exact->steps[s];
  const FloatTensor& parameters = context_tapes_[s].values.back();
  const int count = step.channels();
  FloatTensor out(parameters.height, parameters.width, parameters.channels);
  pool_.parallel_for(0, region_.height, [&](int y) {
    for (int x = 0; x < region_.width; ++x) {
      if (!step.covers(y, x)) continue;
      float* means = out.row(y) + static_cast<std::size_t>(x) * out.channels;
      std::size_t at =
          y * decoded_.row_size() + static_cast<std::size_t>(x) * decoded_.channels + step.first;
      for (int c = 0; c < count; ++c, ++at) {
        if (!coded_[at]) {
          means[c] = decoded_gradient.values[at];  // the latent is its mean
          continue;
        }
        // A latent that stays where it is costs by its distance from the mean.
        means[c] = -own_slope_.values[at] / kLatentUnit;
        means[count + c] = index_slope_.values[at] / kLatentUnit;
        other_slope_.values[at] = decoded_gradient.values[at] * kLatentUnit;
      }
    }
  });
  TwinNetwork::Tape& tape = context_tapes_[s];
  model_.context[s].backward(out, tape, pool_);
  // What reaches latents of this step or later ones falls on constants: they were 0 when it ran,
  // and are done with here.
  add(tape.gradients[1], decoded_gradient);
}

}  // namespace vaecomp
