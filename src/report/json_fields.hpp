// A field's value as JSON, whatever the layout.
#pragma once

#include "report/fields.hpp"
#include "report/json_writer.hpp"

namespace portsim {

template <template <class> class Layout>
void write_value(BasicJsonWriter<Layout>& writer, const FieldValue& value) {
  switch (value.kind) {
    case FieldValue::Kind::null: writer.null(); break;
    case FieldValue::Kind::number: writer.number(value.text); break;
    case FieldValue::Kind::flag: writer.flag(value.text == "true"); break;
    case FieldValue::Kind::text: writer.text(value.text); break;
  }
}

}  // namespace portsim
