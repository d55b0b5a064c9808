import type { FieldList } from '../../http/message.ts';
import { FieldsBase, maxFieldsSize, visibleFields } from '../http/fields.ts';

/** `wasi:http/types.fields` 0.2; {@link FieldsBase} has the functions both versions share. */
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

  /** `entries: func() -> list<tuple<field-name,field-value>>` */
  entries(): [string, Uint8Array][] {
    return this.entryList();
  }

  /** `clone: func() -> fields` */
  clone(): Fields {
    return new Fields(this.copyList());
  }

  /** 0.2 has no error for this, so that the guest's instance ends. */
  protected override sizeError(): unknown {
    return new Error(`fields hold more than ${maxFieldsSize} bytes`);
  }
}
