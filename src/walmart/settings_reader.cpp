#include "walmart/settings_reader.h"

namespace connector::walmart {

using domain::Cause;
using domain::fail;
using domain::Result;
using json::Value;

namespace {

ShipNode read_ship_node(const Value& value) {
  ShipNode node;
  node.id = value["shipNode"].text_or("");
  node.name = value["shipNodeName"].text_or("");
  node.type = value["nodeType"].text_or("");
  node.status = value["status"].text_or("");
  node.time_zone = value["timeZone"].text_or("");
  node.custom_node_id = value["customNodeId"].text_or("");
  node.country = value["postalAddress"]["country"].text_or("");
  node.state = value["postalAddress"]["state"].text_or("");
  return node;
}

std::int64_t seconds_of(const Value& window) {
  const std::int64_t value = window["value"].integer().value_or(0);
  const std::string unit = window["unitOfMeasurement"].text_or("");
  const std::int64_t factor = unit.starts_with("MINUTE") ? 60 : unit.starts_with("HOUR") ? 3600 : 1;
  return value > 0 && value < 100'000'000 ? value * factor : 0;
}

}  // namespace

Result<std::vector<ShipNode>> read_ship_nodes(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!document->is_array() && !document->contains("shipNode")) {
    return fail(Cause::malformed_response, "Walmart's answer holds no ship nodes");
  }
  std::vector<ShipNode> nodes;
  for (const Value* value : elements(*document)) nodes.push_back(read_ship_node(*value));
  return nodes;
}

Result<std::vector<ShipNodeCoverage>> read_ship_node_coverage(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!document->is_array()) return fail(Cause::malformed_response, "Walmart's answer holds no coverage");
  std::vector<ShipNodeCoverage> coverage;
  for (const Value* value : elements(*document)) {
    ShipNodeCoverage node{(*value)["shipNode"].text_or(""), (*value)["shipNodeName"].text_or(""), {}};
    for (const Value& area : (*value)["coverageArea"].array()) node.areas.push_back(area.text_or(""));
    coverage.push_back(std::move(node));
  }
  return coverage;
}

Result<PartnerProfile> read_partner_profile(const Value& document) {
  const Value& partner = document["partner"];
  if (!partner.is_object()) return fail(Cause::malformed_response, "Walmart's answer holds no partner");
  PartnerProfile profile;
  profile.partner_id = partner["partnerId"].text_or("");
  profile.name = partner["partnerName"].text_or("");
  profile.display_name = partner["partnerDisplayName"].text_or("");
  for (const Value* entry : elements(document["configurations"])) {
    const Value& configuration = (*entry)["configuration"];
    if ((*entry)["configurationName"].string() == "ACCOUNT") {
      profile.account_status = configuration["status"].text_or("");
    }
    for (const Value* feed : elements(configuration["values"])) {
      for (const Value* throttle : elements((*feed)["throttleConfigurations"])) {
        profile.feed_throttles.push_back({(*feed)["feedType"].text_or(""),
                                          (*throttle)["rate"]["count"].integer().value_or(0),
                                          seconds_of((*throttle)["rate"]["replenishTimeWindow"]),
                                          (*throttle)["fileSize"]["value"].integer().value_or(0)});
      }
    }
  }
  return profile;
}

}  // namespace connector::walmart
