// SPDX-License-Identifier: Apache-2.0
#include "tests/confidence/lfw_tables.h"

#include <limits>
#include <map>

#include "models/store.h"
#include "suites/embedding_stage.h"

namespace robench::confidence {

LfwTables read_lfw(const std::string& suite_name, const std::string& root,
                   const std::vector<std::string>& models) {
  Suite suite = read_suite(find_suite(suite_name));
  suite.data = parse_data_option("lfw:" + root + "," + root + "/pairs.txt," + root + "/manifest.csv");
  if (!models.empty()) suite.models = models;
  LfwTables tables{prepare_experiment(suite, {}, Store(cache_folder() / "store")), {}, 0, {}};
  std::map<std::string, int> number_of;
  for (const Sample& sample : tables.experiment.data.samples) {
    tables.subject.push_back(
        number_of.try_emplace(sample.subject, static_cast<int>(number_of.size())).first->second);
    const auto gender = sample.groups.find("gender");
    tables.gender.push_back(gender == sample.groups.end() ? "" : gender->second);
  }
  tables.people = static_cast<int>(number_of.size());
  return tables;
}

Eigen::MatrixXd LfwTables::unit_embeddings(std::size_t model, std::size_t condition) const {
  const EmbeddingTable table =
      load_table(experiment, Store(cache_folder() / "store"), model, condition, 1);
  Eigen::MatrixXd unit = table.vectors.cast<double>().rowwise().normalized();
  for (std::size_t row = 0; row < table.size(); ++row)
    if (!table.ok(row))
      unit.row(static_cast<Eigen::Index>(row)).setConstant(std::numeric_limits<double>::quiet_NaN());
  return unit;
}

}  // namespace robench::confidence
