#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ports/http.h"
#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

/// The path below the division, taken apart: "salesinvoice/SalesInvoices(guid'…')/SalesInvoiceLines".
struct ResourcePath {
  std::string collection;          ///< "salesinvoice/SalesInvoices"
  std::optional<std::string> key;  ///< text between the brackets
  std::string rest;                ///< "SalesInvoiceLines" or "$count" or empty
};
ResourcePath parse_resource_path(std::string_view path);

/// A request that has passed sign-in and limits.
struct ApiRequest {
  const ports::ServerRequest& http;
  Administration& books;
  const Resource& resource;
  const ResourcePath& path;
  std::string full_path;  ///< decoded, for `__next`
  std::string base;       ///< the site, for links
  std::int64_t division;  ///< as addressed
  domain::UtcTime now;
};

ports::HttpResponse json_answer(int status, std::string body);
/// The API's error shape.
ports::HttpResponse api_error(int status, std::string_view text);
/// The addressed record; no_row if the key is malformed or unknown.
RowNumber addressed_row(const ApiRequest& request);

ports::HttpResponse answer_get(const ApiRequest& request);
/// POST, PUT and DELETE.
ports::HttpResponse answer_write(const ApiRequest& request);

/// Function-style reads that are no collections (InvoiceSalesOrderResult, StockPosition, SyncTimestamp); nullopt if
/// `path` is none.
std::optional<ports::HttpResponse> answer_function(const ports::ServerRequest& http, const Administration& books,
                                                   std::string_view path, const std::string& base);

}  // namespace connector::sandbox::exact
