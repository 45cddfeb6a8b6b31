#pragma once

#include <map>
#include <string>
#include <vector>

#include "exact/client.h"

namespace connector::flows {

/// Where Exact keeps documents that the connector makes and persons change.
enum class DocumentTable { sales_invoices, sales_orders };

/// Reads documents as they stand in Exact now.
class HeldDocuments {
 public:
  virtual ~HeldDocuments() = default;
  /// By id, each header with its lines as the array "Lines"; one that is gone is absent. Error: Exact could not be
  /// asked.
  virtual ports::Task<domain::Result<std::map<std::string, json::Value>>> read(DocumentTable table,
                                                                               std::vector<std::string> ids) = 0;
};

/// Twenty documents with their lines a call. Executor thread only.
class ExactDocuments : public HeldDocuments {
 public:
  explicit ExactDocuments(exact::Client& client) : client_(client) {}
  ports::Task<domain::Result<std::map<std::string, json::Value>>> read(DocumentTable table,
                                                                       std::vector<std::string> ids) override;

 private:
  exact::Client& client_;
};

}  // namespace connector::flows
