import { invalid } from '../binary/cursor.ts';
import { moduleMismatch } from './core-matching.ts';
import { entityExtent, type Work } from './extent.ts';
import {
  describe,
  isValueType,
  type ComponentType,
  type Entity,
  type Extent,
  type FunctionType,
  type InstanceType,
  type Resource,
  type Type,
  type ValueType,
} from './model.ts';
import { freshResources, Substitution } from './substitute.ts';

/**
 * Checks that what is given fits what is expected. Resources that the expected side leaves open are bound by what is given in their place,
 * in the order in which they are met; after that they must be the same.
 */
export class Matching {
  /** What open resources, and types under the expected side's names, stand for. */
  readonly resources: Map<Resource, Resource> = new Map();
  readonly types: Map<Type, Type> = new Map();
  readonly #open: ReadonlySet<Resource>;
  readonly #work: Work;
  readonly #at: number;
  readonly #path: string[] = [];

  constructor(open: Iterable<Resource>, work: Work, at: number) {
    this.#open = new Set(open);
    this.#work = work;
    this.#at = at;
  }

  /** What the expected side's types are, with all that was bound so far in place. */
  substitution(): Substitution {
    return new Substitution(this.resources, this.types);
  }

  entity(where: string, expected: Entity, actual: Entity): void {
    this.#work.spend(entityExtent(expected), this.#at);
    this.#path.push(where);
    if (expected.sort !== actual.sort) this.#fail(`expected ${expected.sort}, found ${actual.sort}`);
    if (expected.sort === 'func' && actual.sort === 'func') this.#function(expected.type, actual.type);
    else if (expected.sort === 'instance' && actual.sort === 'instance') this.#instance(expected.type, actual.type);
    else if (expected.sort === 'component' && actual.sort === 'component') this.#component(expected.type, actual.type);
    else if (expected.sort === 'type' && actual.sort === 'type') this.#type(expected.type, actual.type);
    else if (expected.sort === 'value' && actual.sort === 'value') this.#value(expected.type, actual.type);
    else if (expected.sort === 'module' && actual.sort === 'module') {
      const mismatch = moduleMismatch(expected.type, actual.type);
      if (mismatch !== undefined) this.#fail(mismatch);
    }
    this.#path.pop();
  }

  #fail(problem: string): never {
    return invalid(this.#at, `type mismatch in ${this.#path.join(', ')}: ${problem}`);
  }

  #within(where: string, check: () => void): void {
    this.#path.push(where);
    check();
    this.#path.pop();
  }

  /** Types with scopes of their own are rewritten to be compared, which costs more than looking at them. */
  #charge(expected: Extent, actual: Extent): void {
    this.#work.spend({ nodes: 100 + 4 * (expected.nodes + actual.nodes) + this.types.size }, this.#at);
  }

  #resolve(resource: Resource): Resource {
    return this.resources.get(resource) ?? resource;
  }

  #type(expected: Type, actual: Type): void {
    if (expected.kind === 'resource' && actual.kind === 'resource') {
      if (this.#open.has(expected.id) && !this.resources.has(expected.id)) this.resources.set(expected.id, actual.id);
      this.#resource(expected.id, actual.id);
    } else if (expected.kind === 'func' && actual.kind === 'func') this.#function(expected, actual);
    else if (expected.kind === 'instance' && actual.kind === 'instance') {
      this.#charge(expected, actual);
      // As types, not as instances: each must be what the other is.
      const opened = new Matching([...expected.defined, ...this.#open], this.#work, this.#at);
      for (const [from, to] of this.resources) opened.resources.set(from, to);
      opened.#instance(expected, actual);
      new Matching(actual.defined, this.#work, this.#at).#instance(actual, opened.substitution().type(expected) as InstanceType);
    } else if (expected.kind === 'component' && actual.kind === 'component') {
      this.#component(expected, actual);
      new Matching([], this.#work, this.#at).#component(actual, this.substitution().type(expected) as ComponentType);
    } else if (isValueType(expected) && isValueType(actual)) this.#value(expected, actual);
    else this.#fail(`expected ${describe(expected)}, found ${describe(actual)}`);
    this.types.set(expected, actual);
  }

  #resource(expected: Resource, actual: Resource): void {
    if (this.#resolve(expected) !== actual) this.#fail(`resource types are not the same (expected \`${expected.name}\`, found \`${actual.name}\`)`);
  }

  #instance(expected: InstanceType, actual: InstanceType): void {
    for (const [name, entity] of expected.exports) {
      const found = actual.exports.get(name) ?? this.#fail(`missing expected export \`${name}\``);
      this.entity(`instance export \`${name}\``, entity, found);
    }
  }

  /** The given component may import less and export more; both sides' own resources are told apart by their places. */
  #component(expected: ComponentType, actual: ComponentType): void {
    if (expected === actual) return;
    this.#charge(expected, actual);
    const wanted = this.substitution().type(expected) as ComponentType;
    const fresh = freshResources([...actual.imported, ...actual.defined]);
    const given = new Substitution(fresh).type(actual) as ComponentType;
    const imports = new Matching(given.imported, this.#work, this.#at);
    for (const [name, entity] of given.imports) {
      const found = wanted.imports.get(name) ?? this.#fail(`missing expected import \`${name}\``);
      imports.entity(`${this.#path.join(', ')}, import \`${name}\``, entity, found);
    }
    const results = imports.substitution().entities(given.exports);
    const exports = new Matching(wanted.defined, this.#work, this.#at);
    for (const [name, entity] of wanted.exports) {
      const found = results.get(name) ?? this.#fail(`missing expected export \`${name}\``);
      exports.entity(`${this.#path.join(', ')}, export \`${name}\``, entity, found);
    }
  }

  #function(expected: FunctionType, actual: FunctionType): void {
    if (expected === actual) return;
    if (expected.async !== actual.async)
      this.#fail(`expected ${expected.async ? 'an async' : 'a'} function, found ${actual.async ? 'an async one' : 'one that is not async'}`);
    if (expected.params.length !== actual.params.length) this.#fail(`expected ${expected.params.length} parameters, found ${actual.params.length}`);
    expected.params.forEach((param, index) => {
      const found = actual.params[index];
      if (found === undefined || found.name !== param.name) return this.#fail(`expected parameter named \`${param.name}\`, found \`${found?.name}\``);
      this.#within(`function parameter \`${param.name}\``, () => this.#value(param.type, found.type));
    });
    this.#optional('result', expected.result, actual.result);
  }

  #optional(what: string, expected: ValueType | undefined, actual: ValueType | undefined): void {
    if (expected === undefined && actual === undefined) return;
    if (expected === undefined) return this.#fail(`expected ${what} type to not be present`);
    if (actual === undefined) return this.#fail(`expected ${what} type, but found none`);
    this.#within(what, () => this.#value(expected, actual));
  }

  #names(what: string, expected: readonly { readonly name: string }[], actual: readonly { readonly name: string }[]): void {
    if (expected.length !== actual.length) this.#fail(`expected ${expected.length} ${what}s, found ${actual.length}`);
    expected.forEach(({ name }, index) => {
      if (actual[index]?.name !== name) this.#fail(`expected ${what} name \`${name}\`, found \`${actual[index]?.name}\``);
    });
  }

  /** Value types must be equal; they have no subtypes. */
  #value(expected: ValueType, actual: ValueType): void {
    if (expected === actual && !(expected.resource && this.resources.size > 0)) return;
    if (expected.kind === 'record' && actual.kind === 'record') {
      this.#names('field', expected.fields, actual.fields);
      expected.fields.forEach((field, index) =>
        this.#within(`record field \`${field.name}\``, () => this.#value(field.type, actual.fields[index]?.type ?? field.type)),
      );
    } else if (expected.kind === 'variant' && actual.kind === 'variant') {
      this.#names('case', expected.cases, actual.cases);
      expected.cases.forEach((item, index) =>
        this.#within(`variant case \`${item.name}\``, () => this.#optional('case', item.type, actual.cases[index]?.type)),
      );
    } else if (expected.kind === 'tuple' && actual.kind === 'tuple') {
      if (expected.items.length !== actual.items.length) this.#fail(`expected ${expected.items.length} types, found ${actual.items.length}`);
      expected.items.forEach((item, index) => this.#within(`tuple field ${index}`, () => this.#value(item, actual.items[index] ?? item)));
    } else if ((expected.kind === 'flags' && actual.kind === 'flags') || (expected.kind === 'enum' && actual.kind === 'enum')) {
      if (expected.names.length !== actual.names.length || expected.names.some((name, index) => name !== actual.names[index]))
        this.#fail(`mismatch in ${expected.kind} elements`);
    } else if (expected.kind === 'result' && actual.kind === 'result') {
      this.#optional('ok', expected.ok, actual.ok);
      this.#optional('err', expected.err, actual.err);
    } else if (expected.kind === 'map' && actual.kind === 'map') {
      this.#within('map key', () => this.#value(expected.key, actual.key));
      this.#within('map value', () => this.#value(expected.value, actual.value));
    } else if ((expected.kind === 'own' && actual.kind === 'own') || (expected.kind === 'borrow' && actual.kind === 'borrow'))
      this.#resource(expected.of.id, actual.of.id);
    else if (expected.kind !== actual.kind) this.#fail(`expected ${expected.kind}, found ${actual.kind}`);
    else if ('length' in expected && 'length' in actual && expected.length !== actual.length)
      this.#fail(`expected ${expected.length} elements, found ${actual.length}`);
    else if ('element' in expected || 'element' in actual) this.#optional('element', elementOf(expected), elementOf(actual));
  }
}

function elementOf(type: ValueType): ValueType | undefined {
  return 'element' in type ? type.element : undefined;
}
