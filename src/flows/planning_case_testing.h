#pragma once

// What the table tests of planning share: reading cases, comparing documents, carrying a plan out.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "domain/planning.h"
#include "flows/document_json.h"
#include "json/value.h"

namespace connector::flows::testing_cases {

using domain::Document;
using domain::Mapping;
using domain::PlannedPosting;
using json::Value;

inline const std::filesystem::path folder = std::filesystem::path(CONNECTOR_SOURCE_DIR) / "tests/data/planning";

/// The cases of a folder below tests/data/planning ("" for itself), by name.
inline std::vector<std::string> case_names(const std::string& below = "") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder / below)) {
    if (entry.is_regular_file()) names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline Value read_case(const std::string& name) {
  std::ifstream stream(folder / (name + ".json"));
  std::stringstream text;
  text << stream.rdbuf();
  auto value = json::parse(text.str());
  EXPECT_TRUE(value) << name << ": " << value.error().message;
  return value.value_or(Value());
}

inline std::map<std::string, std::string> pairs_from_json(const Value& object) {
  std::map<std::string, std::string> pairs;
  for (const auto& [name, value] : object.object()) pairs.emplace(name, value.string());
  return pairs;
}

inline Mapping mapping_from_json(const Value& value) {
  std::vector<domain::MappingRow> rows;
  for (const Value& row : value["rows"].array()) {
    rows.push_back({row["sku"].text_or(""), row["exact_item"].text_or(""), row["gl_account"].text_or(""),
                    row["cost_center"].text_or(""), row["cost_unit"].text_or(""), row["vat_code"].text_or(""),
                    row["warehouse"].text_or("")});
  }
  std::map<std::string, std::vector<domain::KitComponent>> kits;
  for (const auto& [sku, components] : value["kits"].object()) {
    for (const Value& part : components.array()) {
      kits[sku].push_back(
          {part["exact_item"].text_or(""), *part["quantity"].decimal(), *part["price_share"].decimal()});
    }
  }
  return Mapping(std::move(rows), std::move(kits), pairs_from_json(value["aliases"]),
                 pairs_from_json(value["ship_nodes"]));
}

/// Document by document and member by member, in the words of the files.
inline void expect_same(const Value& expected, const Value& actual, const std::string& where) {
  if (expected.is_object() && actual.is_object()) {
    for (const auto& [name, member] : expected.object()) expect_same(member, actual[name], where + "." + name);
    for (const auto& [name, member] : actual.object()) {
      EXPECT_TRUE(expected.contains(name))
          << where << "." << name << " is " << json::write(member) << ", expected none";
    }
  } else if (expected.is_array() && actual.is_array()) {
    EXPECT_EQ(expected.size(), actual.size()) << where << ": " << json::write(actual);
    for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
      expect_same(expected.at(i), actual.at(i), where + "[" + std::to_string(i) + "]");
    }
  } else {
    EXPECT_EQ(json::write(expected), json::write(actual)) << where;
  }
}

inline std::vector<PlannedPosting> carried_out(std::vector<PlannedPosting> history, const domain::Plan& plan) {
  std::erase_if(history, [&plan](const PlannedPosting& posting) {
    const auto& key = posting.document.key;
    return std::count(plan.withdrawn.begin(), plan.withdrawn.end(), key) > 0 ||
           std::any_of(plan.documents.begin(), plan.documents.end(), [&](const Document& d) { return d.key == key; });
  });
  for (const Document& document : plan.documents) history.push_back({document, false});
  return history;
}

}  // namespace connector::flows::testing_cases
