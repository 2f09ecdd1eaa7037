// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <fmt/format.h>

#include "models/store.h"
#include "perturb/error.h"
#include "reports/writer.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"

namespace robench {
namespace {
namespace po = boost::program_options;
constexpr const char* kReportUsage = "robench report RUN.json|FOLDER --as FORMAT [--out FILE]";
}  // namespace

int report_command(const std::vector<std::string>& arguments) {
  CommandLine command(kReportUsage, "Turns a finished run into a document: on stdout, or into a file.",
                      "robench report runs/smoke/run.json --as markdown");
  command.positional("RUN");
  command
      .option("as", po::value<std::string>()->default_value("markdown"),
              "a writer, see `robench list writers`")
      .option("out,o", po::value<std::string>(), "file to write [stdout]");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const auto format = (*values)["as"].as<std::string>();
  const WriterSpec* writer = find_writer(format);
  if (writer == nullptr)
    throw ConfigError("unknown format '" + format + "'", suggestion(format, writer_names()));
  std::filesystem::path run = required_argument(*values, "RUN", kReportUsage);
  if (std::filesystem::is_directory(run)) run /= "run.json";
  const std::string text = writer->write(read_run(run));
  if (values->count("out") == 0)
    fmt::print("{}", text);
  else
    write_file_atomically((*values)["out"].as<std::string>(), text);
  return 0;
}

}  // namespace robench
