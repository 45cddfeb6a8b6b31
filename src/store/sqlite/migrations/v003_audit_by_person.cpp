#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// Persons do little beside the connector: without its own records the index costs a posting nothing.
Migration audit_by_person_schema() {
  return {3, "audit by person", R"sql(
CREATE INDEX audit_person ON audit(actor) WHERE actor<>'system';
)sql"};
}

}  // namespace connector::store::sqlite
