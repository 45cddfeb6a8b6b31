#include "sandbox/walmart/settings.h"

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/feed_types.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {

ports::HttpResponse get_ship_nodes(Seller& seller, const Request& request, domain::UtcTime) {
  json::Array nodes;
  for (const ShipNode& node : seller.catalogue.nodes()) {
    json::Value value;
    value.set("shipNode", node.id);
    value.set("nodeType", node.type);
    value.set("shipNodeName", node.name);
    value.set("status", node.status);
    value.set("timeZone", node.time_zone);
    value.set("distributorSupportedServices", json::Array{"TWO_DAY_DELIVERY"});
    if (!node.custom_id.empty()) value.set("customNodeId", node.custom_id);
    value.set("postalAddress", json::Object{{"addressLine1", node.address},
                                            {"city", node.city},
                                            {"state", node.state},
                                            {"country", "USA"},
                                            {"postalCode", node.postal_code}});
    const std::string_view carrier = node.type == "3PL" ? "3PL_CARRIER" : "FEDEX";
    json::Value shipping;
    shipping.set("twoDayShipping",
                 json::Array{json::Object{{"carrierMethodName", carrier}, {"carrierMethodType", "GROUND"}}});
    value.set("shippingDetails", json::Array{std::move(shipping)});
    if (request.parameter("includeCalendarDayConfiguration") == "true") {
      json::Object schedule;
      for (const std::string_view day :
           {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}) {
        json::Value entry;
        const bool is_working = day != "sunday" && day != "saturday";
        entry.set("isWorkingDay", is_working);
        if (is_working) entry.set("cutOffTime", "14:00");
        schedule.emplace_back(std::string(day), std::move(entry));
      }
      value.set("calendarDayConfiguration", json::Object{{"standardProcessingSchedule", std::move(schedule)},
                                                         {"additionalDaysOff", json::Array{}}});
    }
    nodes.push_back(std::move(value));
  }
  return json_reply(json::Value(std::move(nodes)));
}

ports::HttpResponse get_partner_profile(Seller& seller, const Request&, domain::UtcTime) {
  json::Array feeds;
  for (const FeedType& type : feed_types) {
    json::Value rate;
    rate.set("count", type.per_hour);
    rate.set("replenishTimeWindow", json::Object{{"value", "3600"}, {"unitOfMeasurement", "SECOND"}});
    json::Value throttle;
    throttle.set("type", "SELLER");
    throttle.set("rate", std::move(rate));
    throttle.set("fileSize", json::Object{{"value", type.most_bytes}, {"unitOfMeasurement", "BYTES"}});
    feeds.push_back(
        json::Object{{"feedType", type.name}, {"throttleConfigurations", json::Array{std::move(throttle)}}});
  }
  json::Value partner;
  partner.set("partnerId", seller.config.partner_id);
  partner.set("partnerName", seller.config.partner_name);
  partner.set("partnerDisplayName", seller.config.partner_name);
  partner.set("partnerStoreId", seller.config.seller_id);
  partner.set("businessRegNumber", "00-0000000");
  partner.set("countryOfIncorporation", "US");
  json::Value body;
  body.set("partner", std::move(partner));
  body.set(
      "configurations",
      json::Array{
          json::Object{{"configurationName", "ACCOUNT"}, {"configuration", json::Object{{"status", "ACTIVE"}}}},
          json::Object{{"configurationName", "FEED"}, {"configuration", json::Object{{"values", std::move(feeds)}}}}});
  return json_reply(body);
}

}  // namespace connector::sandbox::walmart
