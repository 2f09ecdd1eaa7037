// SPDX-License-Identifier: Apache-2.0
#include "perturb/jpeg2000_codec.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <openjpeg.h>

namespace robench {
namespace {

constexpr int kMostResolutions = 6;  // five wavelet levels, the default of T.800 encoders

template <auto destroy>
struct Destroyer {
  template <class T>
  void operator()(T* object) const {
    destroy(object);
  }
};
using Codec = std::unique_ptr<opj_codec_t, Destroyer<[](opj_codec_t* c) { opj_destroy_codec(c); }>>;
using Planes = std::unique_ptr<opj_image_t, Destroyer<[](opj_image_t* i) { opj_image_destroy(i); }>>;

using Stream = std::unique_ptr<opj_stream_t, Destroyer<[](opj_stream_t* s) { opj_stream_destroy(s); }>>;

// What OpenJPEG writes to.
struct Output {
  std::vector<std::uint8_t> bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T write_bytes(void* from, OPJ_SIZE_T count, void* user) {
  Output& out = *static_cast<Output*>(user);
  out.bytes.resize(std::max(out.bytes.size(), out.position + count));
  std::memcpy(out.bytes.data() + out.position, from, count);
  out.position += count;
  return count;
}
OPJ_OFF_T skip_output(OPJ_OFF_T count, void* user) {
  static_cast<Output*>(user)->position += static_cast<std::size_t>(count);
  return count;
}
OPJ_BOOL seek_output(OPJ_OFF_T position, void* user) {
  static_cast<Output*>(user)->position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

// What OpenJPEG reads from.
struct Input {
  std::span<const std::uint8_t> bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T read_bytes(void* to, OPJ_SIZE_T count, void* user) {
  Input& in = *static_cast<Input*>(user);
  const std::size_t left = in.bytes.size() - in.position;
  if (left == 0) return static_cast<OPJ_SIZE_T>(-1);
  const std::size_t read = std::min(left, count);
  std::memcpy(to, in.bytes.data() + in.position, read);
  in.position += read;
  return read;
}
OPJ_OFF_T skip_input(OPJ_OFF_T count, void* user) {
  Input& in = *static_cast<Input*>(user);
  in.position = std::min(in.bytes.size(), in.position + static_cast<std::size_t>(count));
  return count;
}
OPJ_BOOL seek_input(OPJ_OFF_T position, void* user) {
  Input& in = *static_cast<Input*>(user);
  in.position = std::min(in.bytes.size(), static_cast<std::size_t>(position));
  return OPJ_TRUE;
}

Stream output_stream(Output& out) {
  Stream stream(opj_stream_default_create(OPJ_FALSE));
  opj_stream_set_user_data(stream.get(), &out, nullptr);
  opj_stream_set_write_function(stream.get(), write_bytes);
  opj_stream_set_skip_function(stream.get(), skip_output);
  opj_stream_set_seek_function(stream.get(), seek_output);
  return stream;
}

Stream input_stream(Input& in) {
  Stream stream(opj_stream_default_create(OPJ_TRUE));
  opj_stream_set_user_data(stream.get(), &in, nullptr);
  opj_stream_set_user_data_length(stream.get(), in.bytes.size());
  opj_stream_set_read_function(stream.get(), read_bytes);
  opj_stream_set_skip_function(stream.get(), skip_input);
  opj_stream_set_seek_function(stream.get(), seek_input);
  return stream;
}

// Red, green, blue, as the colour transform expects them.
Planes planes_of(const Image& image) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(image.width());
  component.h = static_cast<OPJ_UINT32>(image.height());
  component.prec = 8;
  opj_image_cmptparm_t components[3] = {component, component, component};
  Planes planes(opj_image_create(3, components, OPJ_CLRSPC_SRGB));
  if (!planes) return planes;
  planes->x1 = component.w;
  planes->y1 = component.h;
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* bgr = image.bgr().ptr(y);
    const std::size_t row = static_cast<std::size_t>(y) * component.w;
    for (std::size_t x = 0; x < component.w; ++x) {
      for (std::size_t c = 0; c < 3; ++c) planes->comps[c].data[row + x] = bgr[3 * x + 2 - c];
    }
  }
  return planes;
}

Image picture_of(const opj_image_t& planes) {
  cv::Mat bgr(static_cast<int>(planes.comps[0].h), static_cast<int>(planes.comps[0].w), CV_8UC3);
  const auto width = static_cast<std::size_t>(bgr.cols);
  for (int y = 0; y < bgr.rows; ++y) {
    std::uint8_t* to = bgr.ptr(y);
    const std::size_t row = static_cast<std::size_t>(y) * width;
    for (std::size_t x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < 3; ++c)
        to[3 * x + 2 - c] =
            static_cast<std::uint8_t>(std::clamp<OPJ_INT32>(planes.comps[c].data[row + x], 0, 255));
    }
  }
  return Image(bgr);
}

opj_cparameters_t parameters_of(const Image& image, double ratio) {
  static char no_comment[] = "";  // OpenJPEG copies it; without one it writes its version
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.irreversible = 1;
  parameters.tcp_mct = 1;
  parameters.cp_comment = no_comment;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = static_cast<float>(ratio);
  parameters.numresolution = 1;
  const int shorter = std::min(image.width(), image.height());
  while (parameters.numresolution < kMostResolutions && shorter >> parameters.numresolution > 0)
    ++parameters.numresolution;
  return parameters;
}

}  // namespace

std::vector<std::uint8_t> encode_jpeg2000(const Image& image, double ratio) {
  const Codec codec(opj_create_compress(OPJ_CODEC_J2K));
  const Planes planes = planes_of(image);
  opj_cparameters_t parameters = parameters_of(image, ratio);
  Output out;
  const Stream stream = output_stream(out);
  const bool encoded = planes && opj_setup_encoder(codec.get(), &parameters, planes.get()) &&
                       opj_start_compress(codec.get(), planes.get(), stream.get()) &&
                       opj_encode(codec.get(), stream.get()) &&
                       opj_end_compress(codec.get(), stream.get());
  if (!encoded) out.bytes.clear();
  return std::move(out.bytes);
}

std::optional<Image> decode_jpeg2000(std::span<const std::uint8_t> stream_bytes) {
  const Codec codec(opj_create_decompress(OPJ_CODEC_J2K));
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  Input in{stream_bytes};
  const Stream stream = input_stream(in);
  opj_image_t* header = nullptr;
  if (!opj_setup_decoder(codec.get(), &parameters) ||
      !opj_read_header(stream.get(), codec.get(), &header))
    return std::nullopt;
  const Planes planes(header);
  if (!opj_decode(codec.get(), stream.get(), planes.get()) || planes->numcomps != 3) return std::nullopt;
  for (std::size_t c = 0; c < 3; ++c) {
    const opj_image_comp_t& component = planes->comps[c];
    if (component.data == nullptr || component.w != planes->comps[0].w ||
        component.h != planes->comps[0].h)
      return std::nullopt;
  }
  return picture_of(*planes);
}

}  // namespace robench
