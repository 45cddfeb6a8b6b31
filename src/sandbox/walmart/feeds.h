#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/time.h"
#include "json/value.h"
#include "ports/http.h"
#include "sandbox/walmart/agenda.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// One item of a feed and what came of it.
struct FeedItem {
  std::string sku;
  json::Value entry;
  std::string status = "INPROGRESS";  ///< SUCCESS, DATA_ERROR, SYSTEM_ERROR, TIMEOUT_ERROR
  struct Fault {
    std::string type, code, description;
  };
  std::vector<Fault> faults;  ///< a SUCCESS may carry warnings
};

struct Feed {
  std::string id, type, file_name, ship_node;
  domain::UtcTime submitted{}, modified{};
  std::string status = "RECEIVED";  ///< then INPROGRESS, then PROCESSED or ERROR
  std::vector<FeedItem> items;
  std::vector<FeedItem::Fault> faults;  ///< of the whole feed
};

struct Feeds {
  std::vector<Feed> list;  ///< oldest first
};

/// POST /v3/feeds?feedType=inventory|MP_INVENTORY|price|PRICE_AND_PROMOTION|... (walmart.md 4, 5).
ports::HttpResponse post_feed(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse get_feeds(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse get_feed(Seller& seller, const Request& request, domain::UtcTime now);
/// Runs an agenda entry of kind feed_step.
void run_feed_entry(Seller& seller, const Agenda::Entry& entry);

/// The file in a multipart/form-data body, or the body itself when it is none. `name` gets the file name.
std::string_view uploaded_file(const Request& request, std::string& name);

}  // namespace connector::sandbox::walmart
