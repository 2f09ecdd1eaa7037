// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace robench {

// One function per sub-command, each in the file of its name. See suites/command.h for the contract.
int suite_command(const std::vector<std::string>& arguments);
int plan_command(const std::vector<std::string>& arguments);
int list_command(const std::vector<std::string>& arguments);
int preview_command(const std::vector<std::string>& arguments);
int models_command(const std::vector<std::string>& arguments);
int report_command(const std::vector<std::string>& arguments);
int compare_command(const std::vector<std::string>& arguments);
int gate_command(const std::vector<std::string>& arguments);
int perturb_command(const std::vector<std::string>& arguments);
int embed_command(const std::vector<std::string>& arguments);
int data_command(const std::vector<std::string>& arguments);
int metrics_command(const std::vector<std::string>& arguments);
int calibrate_command(const std::vector<std::string>& arguments);
int triage_command(const std::vector<std::string>& arguments);

}  // namespace robench
