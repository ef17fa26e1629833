// Forward in the decoder's order, hyper latents, context steps, synthesis, pixels; backward in
// reverse.
#include "codec/refine/region_loss.h"

#include <algorithm>
#include <numeric>

#include "codec/refine/table_rate.h"

namespace vaecomp {
namespace {

constexpr float kLatentUnit = 16.0f;   // Q4: of latents, means and scale indices
constexpr float kSampleUnit = 64.0f;   // Q6
constexpr float kSkippedBelow = 0.5f;  // scale indices that round to 0: nothing is coded (VC-23)
constexpr int kCell = kHyperStride / kLatentStride;
constexpr std::uint32_t kHyperNumbers = 0x80000000u;  // keeps the noise of z apart from that of y

int cells(int latents) { return (latents + kCell - 1) / kCell; }

double sum(const std::vector<double>& parts) {
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

// `tensor` made [height][width] by cropping, or by adding zeros.
FloatTensor resized(const FloatTensor& tensor, int height, int width) {
  FloatTensor out(height, width, tensor.channels);
  const std::size_t count = std::min(tensor.row_size(), out.row_size());
  for (int y = 0; y < std::min(height, tensor.height); ++y)
    std::copy_n(tensor.row(y), count, out.row(y));
  return out;
}

void add(const FloatTensor& from, FloatTensor& to) {
  std::transform(from.values.begin(), from.values.end(), to.values.begin(), to.values.begin(),
                 std::plus<>());
}

}  // namespace

RegionLoss::RegionLoss(const TwinModel& model, ImageView image, const Rectangle& region,
                       const Rectangle& free, ThreadPool& pool)
    : model_(model), image_(image), region_(region), free_(free), pool_(pool) {
  const auto rounded = [](int h, int w, int c) {
    const FloatTensor blank(h, w, c);
    return Rounded{blank, blank, blank};
  };
  const int latents = model.exact->latent_channels(), hyper = model.exact->hyper_channels();
  y_ = rounded(region.height, region.width, latents);
  z_ = rounded(cells(region.height), cells(region.width), hyper);
  hyper_ = FloatTensor(z_.value_slope.height, z_.value_slope.width, hyper);
  context_tapes_.resize(model.context.size());
}

double RegionLoss::evaluate(const FloatLatents& latents, const SoftRounding& rounding,
                            FloatLatents& gradient) {
  double loss = round_hyper(latents.z, rounding);
  const FloatTensor* const hyper[] = {&hyper_};
  features_ = resized(model_.hyper_synthesis.forward(hyper, hyper_tape_, pool_), region_.height,
                      region_.width);
  decoded_ = FloatTensor(region_.height, region_.width, latents.y.channels);
  const int steps = static_cast<int>(model_.context.size());
  for (int s = 0; s < steps; ++s) {
    if (!has_step(s)) continue;
    const FloatTensor* const inputs[] = {&features_, &decoded_};
    model_.context[s].forward(inputs, context_tapes_[s], pool_);
    loss += round_step(s, latents.y, rounding);
  }
  const FloatTensor* const decoded[] = {&decoded_};
  const FloatTensor& samples = model_.synthesis.forward(decoded, synthesis_tape_, pool_);
  FloatTensor sample_gradient(samples.height, samples.width, samples.channels);
  loss += distortion(samples, sample_gradient);

  model_.synthesis.backward(sample_gradient, synthesis_tape_, pool_);
  FloatTensor decoded_gradient = std::move(synthesis_tape_.gradients[0]);
  feature_gradient_ = FloatTensor(features_.height, features_.width, features_.channels);
  gradient.y = FloatTensor(region_.height, region_.width, latents.y.channels);
  gradient.z = FloatTensor(hyper_.height, hyper_.width, hyper_.channels);
  for (int s = steps - 1; s >= 0; --s)
    if (has_step(s)) step_back(s, decoded_gradient, gradient.y);
  hyper_back(gradient.z);
  return loss;
}

bool RegionLoss::has_step(int s) const {
  return model_.quality >= model_.exact->steps[s].least_quality;
}

double RegionLoss::round_hyper(const FloatTensor& z, const SoftRounding& rounding) {
  static constexpr SoftRounding kNearest{.temperature = 0.0f};
  const HyperPrior& prior = model_.exact->hyper_prior;
  std::vector<double> bits(z.height);
  pool_.parallel_for(0, z.height, [&](int y) {
    std::size_t at = y * z.row_size();
    for (int x = 0; x < z.width; ++x) {
      const bool is_free = free_.contains(region_.top + y * kCell, region_.left + x * kCell);
      for (int c = 0; c < z.channels; ++c, ++at) {
        const float mean = static_cast<float>(prior.mean(model_.quality, c)) / kLatentUnit;
        const int index = prior.scale_index(model_.quality, c);
        hyper_.values[at] = mean * kLatentUnit;
        if (index == 0) continue;
        const auto value = (is_free ? rounding : kNearest)(
            z.values[at] - mean, kHyperNumbers + static_cast<std::uint32_t>(at));
        const Rate rate = table_rate(model_.exact->tables, static_cast<float>(index), value);
        hyper_.values[at] += (value.below + value.weight) * kLatentUnit;
        z_.value_slope.values[at] = value.slope;
        z_.rate_slope.values[at] = rate.by_value;
        bits[y] += rate.bits;
      }
    }
  });
  return sum(bits);
}

double RegionLoss::round_step(int s, const FloatTensor& y_latents, const SoftRounding& rounding) {
  static constexpr SoftRounding kNearest{.temperature = 0.0f};
  const ContextStep& step = model_.exact->steps[s];
  const FloatTensor& parameters = context_tapes_[s].values.back();
  const int count = step.channels();
  std::vector<double> bits(region_.height);
  pool_.parallel_for(0, region_.height, [&](int y) {
    for (int x = 0; x < region_.width; ++x) {
      if (!step.covers(y, x)) continue;
      const bool is_free = free_.contains(region_.top + y, region_.left + x);
      const float* means = parameters.row(y) + static_cast<std::size_t>(x) * parameters.channels;
      std::size_t at =
          y * decoded_.row_size() + static_cast<std::size_t>(x) * decoded_.channels + step.first;
      for (int c = 0; c < count; ++c, ++at) {
        const float mean = means[c] / kLatentUnit;
        const float index = std::min(means[count + c] / kLatentUnit, kScaleIndices - 1.0f);
        decoded_.values[at] = means[c];
        y_.value_slope.values[at] = y_.rate_slope.values[at] = y_.index_slope.values[at] = 0.0f;
        if (index < kSkippedBelow) continue;
        const auto value = (is_free ? rounding : kNearest)(y_latents.values[at] - mean,
                                                           static_cast<std::uint32_t>(at));
        const Rate rate = table_rate(model_.exact->tables, index, value);
        decoded_.values[at] += (value.below + value.weight) * kLatentUnit;
        y_.value_slope.values[at] = value.slope;
        y_.rate_slope.values[at] = rate.by_value;
        y_.index_slope.values[at] = rate.by_index;
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

void RegionLoss::step_back(int s, FloatTensor& decoded_gradient, FloatTensor& y_gradient) {
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
        // decoded = v + mean, where v rounds y - mean: what pushes y up pushes the mean's part in v
        // down.
        const float by_decoded = decoded_gradient.values[at] * kLatentUnit;
        const float by_y = (by_decoded + y_.rate_slope.values[at]) * y_.value_slope.values[at];
        y_gradient.values[at] = by_y;
        means[c] = (by_decoded - by_y) / kLatentUnit;
        means[count + c] = y_.index_slope.values[at] / kLatentUnit;
      }
    }
  });
  TwinNetwork::Tape& tape = context_tapes_[s];
  model_.context[s].backward(out, tape, pool_);
  add(tape.gradients[0], feature_gradient_);
  // What reaches latents of this step or later ones falls on constants: they were 0 when it ran,
  // and are done with here.
  add(tape.gradients[1], decoded_gradient);
}

void RegionLoss::hyper_back(FloatTensor& z_gradient) {
  const FloatTensor& wide = hyper_tape_.values.back();
  model_.hyper_synthesis.backward(resized(feature_gradient_, wide.height, wide.width), hyper_tape_,
                                  pool_);
  const FloatTensor& by_hyper = hyper_tape_.gradients[0];
  for (std::size_t i = 0; i < z_gradient.values.size(); ++i)
    z_gradient.values[i] =
        (by_hyper.values[i] * kLatentUnit + z_.rate_slope.values[i]) * z_.value_slope.values[i];
}

}  // namespace vaecomp
