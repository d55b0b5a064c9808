import type { FieldList } from '../../http/message.ts';
import { FieldsBase, visibleFields } from '../http/fields.ts';

/** `wasi:http/types.fields` 0.3; {@link FieldsBase} has the functions both versions share. */
export class Fields extends FieldsBase {
  /** `from-list: static func(entries: list<tuple<field-name,field-value>>) -> result<fields, header-error>` */
  static fromList(entries: readonly (readonly [string, Uint8Array])[]): Fields {
    const fields = new Fields();
    fields.appendAll(entries);
    return fields;
  }

  /** The fields of a message that arrived. */
  static incoming(list: FieldList): Fields {
    return new Fields(visibleFields(list), true);
  }

  /** `get-and-delete: func(name: field-name) -> result<list<field-value>, header-error>` */
  getAndDelete(name: string): Uint8Array[] {
    const values = this.get(name);
    this.delete(name);
    return values;
  }

  /** `copy-all: func() -> list<tuple<field-name,field-value>>` */
  copyAll(): [string, Uint8Array][] {
    return this.entryList();
  }

  /** `clone: func() -> fields` */
  clone(): Fields {
    return new Fields(this.copyList());
  }
}
