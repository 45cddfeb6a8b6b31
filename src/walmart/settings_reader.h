#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "walmart/payload_fields.h"

namespace connector::walmart {

/// A place the seller ships from (GET /v3/settings/shipping/shipnodes, a bare array).
struct ShipNode {
  std::string id;
  std::string name;
  std::string type;            ///< PHYSICAL, 3PL, ...
  std::string status;          ///< ACTIVE, INACTIVE
  std::string time_zone;       ///< as Walmart says it: "PST"
  std::string custom_node_id;  ///< the seller's own
  std::string country;
  std::string state;
};

struct ShipNodeCoverage {
  std::string ship_node;
  std::string name;
  std::vector<std::string> areas;
};

/// How often feeds of a type may be submitted.
struct FeedThrottle {
  std::string feed_type;
  std::int64_t count = 0;
  std::int64_t window_seconds = 0;
  std::int64_t largest_file_bytes = 0;
};

struct PartnerProfile {
  std::string partner_id;
  std::string name;
  std::string display_name;
  std::string account_status;  ///< ACTIVE, ...
  std::vector<FeedThrottle> feed_throttles;
};

/// Also of the single node that PUT answers.
domain::Result<std::vector<ShipNode>> read_ship_nodes(std::string_view body);
domain::Result<std::vector<ShipNodeCoverage>> read_ship_node_coverage(std::string_view body);
domain::Result<PartnerProfile> read_partner_profile(const json::Value& document);

}  // namespace connector::walmart
