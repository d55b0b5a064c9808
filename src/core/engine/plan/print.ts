import type { CanonOptions, CoreRef, ExportDef, FuncRef, FuncTypeIndex, HostPlace, Plan, ResourceIndex, Trampoline, TypeIndex } from './plan.ts';

/** A plan as text: one line for each thing that is imported, made, supplied, lifted and exported. */
export function printPlan(plan: Plan): string {
  return [...new Printer(plan).lines()].join('\n');
}

class Printer {
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  *lines(): Iterable<string> {
    const { instances, resources, imports, modules, steps, trampolines, lifts, exports } = this.#plan;
    yield* instances.map((text, index) => `instance ${index}: ${text}`);
    yield* resources.map((_, index) => `resource ${index}: ${this.#resource(index)}`);
    yield* imports.map((item, index) => `import ${index}: ${place(item)} ${this.#function(item.type)}`);
    yield* modules.map((item, index) => `module ${index}: ${item.kind === 'import' ? `import ${place(item)}` : `${item.size} bytes at ${item.offset}`}`);
    let made = 0;
    for (const [index, step] of steps.entries()) {
      if (step.kind === 'link') {
        yield `step ${index}: ${step.key} = component ${place(step.component)}`;
        yield* this.#exports(step.args, '  ', 'with');
        continue;
      }
      yield `step ${index}: core instance ${made++} = module ${step.module} in instance ${step.into}`;
      yield* step.args.map((arg) => `  ${JSON.stringify(arg.module)} ${JSON.stringify(arg.name)} = ${core(arg.value)}`);
    }
    yield* trampolines.map((trampoline, index) => `trampoline ${index}: ${this.#trampoline(trampoline)}`);
    yield* lifts.map(
      ({ instance, core: ref, type, options }, index) =>
        `lift ${index}: ${core(ref)} as ${this.#function(type)}${optionsText(options)} in instance ${instance}`,
    );
    yield* this.#exports(exports, '');
  }

  *#exports(exports: Readonly<Record<string, ExportDef>>, indent: string, word = 'export'): Iterable<string> {
    for (const [name, item] of Object.entries(exports)) {
      if (item.kind === 'instance') {
        yield `${indent}${word} ${name}: instance`;
        yield* this.#exports(item.exports, `${indent}  `, word);
      } else if (item.kind === 'func') yield `${indent}${word} ${name}: ${this.#callee(item.func)} ${this.#function(item.type)}`;
      else if (item.kind === 'resource') yield `${indent}${word} ${name}: resource ${item.resource}`;
      else yield `${indent}${word} ${name}: ${item.kind === 'module' ? `module ${item.module}` : 'no function'}`;
    }
  }

  #resource(index: ResourceIndex): string {
    const resource = this.#plan.resources[index];
    if (resource === undefined) return `unknown resource ${index}`;
    if (resource.kind === 'import') return [`import ${place(resource)}`, ...(resource.also ?? []).map((again) => `also ${place(again)}`)].join(', ');
    const destructor = resource.destructor === undefined ? '' : `, destructor ${core(resource.destructor)}`;
    return `${resource.name ?? 'unnamed'}, ${resource.rep} of instance ${resource.instance}${destructor}`;
  }

  #callee(func: FuncRef): string {
    return `${func.kind} ${func.index}`;
  }

  #function(index: FuncTypeIndex): string {
    const type = this.#plan.functions[index];
    if (type === undefined) return `unknown function type ${index}`;
    const params = type.params.map((param) => `${param.name}: ${this.#type(param.type)}`).join(', ');
    return `${type.async ? 'async ' : ''}func(${params})${type.result === undefined ? '' : ` -> ${this.#type(type.result)}`}`;
  }

  /** A type as WIT writes it; those that WIT would name are given by their kind and index. */
  #type(index: TypeIndex): string {
    const type = this.#plan.types[index];
    if (type === undefined) return `unknown type ${index}`;
    switch (type.kind) {
      case 'record':
      case 'variant':
      case 'flags':
      case 'enum':
        return `${type.kind} ${index}`;
      case 'list':
        return `list<${this.#type(type.element)}>`;
      case 'fixed-list':
        return `list<${this.#type(type.element)}, ${type.length}>`;
      case 'map':
        return `map<${this.#type(type.key)}, ${this.#type(type.value)}>`;
      case 'tuple':
        return `tuple<${type.items.map((item) => this.#type(item)).join(', ')}>`;
      case 'option':
        return `option<${this.#type(type.some)}>`;
      case 'result':
        return `result${this.#arguments([type.ok, type.err])}`;
      case 'stream':
      case 'future':
        return `${type.kind}${this.#arguments([type.element])}`;
      case 'own':
      case 'borrow':
        return `${type.kind}<${this.#resourceName(type.resource)}>`;
      default:
        return type.kind;
    }
  }

  #arguments(types: readonly (TypeIndex | undefined)[]): string {
    const texts = types.map((type) => (type === undefined ? '_' : this.#type(type)));
    while (texts.at(-1) === '_') texts.pop();
    return texts.length === 0 ? '' : `<${texts.join(', ')}>`;
  }

  #resourceName(index: ResourceIndex): string {
    return `${this.#plan.resources[index]?.name ?? 'resource'} ${index}`;
  }

  #trampoline(trampoline: Trampoline): string {
    const where = ` in instance ${trampoline.instance}`;
    switch (trampoline.kind) {
      case 'lower':
        return `lower ${this.#callee(trampoline.callee)} ${this.#function(trampoline.type)}${optionsText(trampoline.options)}${where}`;
      case 'resource.new':
      case 'resource.drop':
      case 'resource.rep':
        return `${trampoline.kind} ${this.#resourceName(trampoline.resource)}${where}`;
      case 'task.return':
        return `task.return ${trampoline.result === undefined ? '' : this.#type(trampoline.result)}${optionsText(trampoline.options)}${where}`;
      case 'context.get':
      case 'context.set':
        return `${trampoline.kind} ${trampoline.type} ${trampoline.slot}${where}`;
      case 'waitable-set.wait':
      case 'waitable-set.poll':
        return `${trampoline.kind} memory ${core(trampoline.memory)}${where}`;
      case 'unsupported':
        return `unsupported ${trampoline.feature}${where}`;
      default: {
        const type = 'type' in trampoline ? ` ${this.#type(trampoline.type)}` : '';
        const options = 'options' in trampoline ? optionsText(trampoline.options) : 'async' in trampoline && trampoline.async ? ' async' : '';
        return `${trampoline.kind}${type}${options}${where}`;
      }
    }
  }
}

function place({ from, path = [], name }: HostPlace): string {
  return [...(from === undefined ? [] : [from]), ...path, name].join(' ');
}

function core(ref: CoreRef): string {
  return ref.kind === 'trampoline' ? `trampoline ${ref.index}` : `core ${ref.instance} ${JSON.stringify(ref.name)}`;
}

function optionsText({ encoding, memory, memory64, realloc, postReturn, callback, async }: CanonOptions): string {
  const parts = [
    async ? 'async' : '',
    encoding === 'utf8' ? '' : encoding,
    memory === undefined ? '' : `memory ${core(memory)}${memory64 === true ? ' of 64 bits' : ''}`,
    realloc === undefined ? '' : `realloc ${core(realloc)}`,
    postReturn === undefined ? '' : `post-return ${core(postReturn)}`,
    callback === undefined ? '' : `callback ${core(callback)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` [${parts.join(', ')}]`;
}
