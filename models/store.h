// SPDX-License-Identifier: Apache-2.0
// Content-addressed results on disk: what makes resuming, caching and sharing one mechanism.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/embedding_table.h"
#include "models/face.h"

namespace robench {

/// Files named by the digest of everything that their content depends on. A file is either whole
/// and right or absent: written to a temporary name, synced, renamed; a damaged one reads as absent.
/// Safe for several threads and processes at once.
class Store {
 public:
  /// Creates the folder. Throws EnvironmentError.
  explicit Store(std::filesystem::path root);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  /// Vectors as `.npy` with a JSON side-car that holds the status of each row, the further columns of
  /// the table and a checksum.
  [[nodiscard]] std::optional<EmbeddingTable> load_embeddings(const std::string& key) const;
  void save_embeddings(const std::string& key, const EmbeddingTable& table) const;
  [[nodiscard]] bool has_embeddings(const std::string& key) const;

  /// The acquisition of a range of samples.
  [[nodiscard]] std::optional<std::vector<AcquiredFace>> load_faces(const std::string& key) const;
  void save_faces(const std::string& key, const std::vector<AcquiredFace>& faces) const;

 private:
  std::filesystem::path root_;
};

/// $ROBENCH_CACHE, else $XDG_CACHE_HOME/robench, else $HOME/.cache/robench, else a clear error.
[[nodiscard]] std::filesystem::path cache_folder();
/// Where `models fetch` puts weights: cache_folder()/models.
[[nodiscard]] std::filesystem::path model_folder();

/// Writes through a temporary file, fsync, rename. Throws EnvironmentError ("disk full: ...").
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// NumPy's format, version 1.0, little-endian float32, C order.
[[nodiscard]] std::string npy_bytes(const EmbeddingMatrix& matrix);
/// Reads what npy_bytes wrote (and NumPy's own C-order '<f4' files). nullopt when it is not one.
[[nodiscard]] std::optional<EmbeddingMatrix> parse_npy(std::string_view bytes);

}  // namespace robench
