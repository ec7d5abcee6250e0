import { attribute, type ElementType, elementType, graph, node, tensor, value } from '../../support/onnx-writer.js';
import { chunk, type Field, integer, join } from '../../support/protobuf-writer.js';
import { casesOf, type HostileCase, modelOf } from './hostile-case.js';

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const numbers = (name: string, ...integers: number[]) => tensor(name, { dims: [integers.length], integers });
const scalar = (name: string, number: number | bigint): Field[] => [
  integer(2, elementType.INT64),
  chunk(8, name),
  chunk(9, new Uint8Array(new BigInt64Array([BigInt(number)]).buffer)),
];
const truth: Field[] = [integer(2, elementType.BOOL), chunk(8, 'true'), chunk(9, Uint8Array.of(1))];
const typed = (name: string, type: ElementType, shape: readonly number[] = []) => value(name, type, shape);

/** Sums a huge tensor into the answer. */
const answer = (huge: string) => [
  node('ReduceSum', { from: [huge], to: ['sum'] }, [attribute.integer('keepdims', 0)]),
  node('Add', { from: ['x', 'sum'], to: ['value'] }),
];

/** A loop that never ends by itself: `rounds` rounds, always true. */
function loop(body: Field[], rounds: number | bigint = 2n ** 62n): Uint8Array {
  return modelOf({
    nodes: [node('Loop', { from: ['rounds', 'true', 'x'], to: ['value'] }, [attribute.graph('body', body)])],
    initializers: [scalar('rounds', rounds), truth],
  });
}

const carried = typed('carried.out', 'FP32', [-1, 1]);

function body(nodes: readonly Field[]): Field[] {
  return graph({
    nodes: [node('Identity', { from: ['going'], to: ['going.on'] }), ...nodes],
    inputs: [typed('round', 'INT64'), typed('going', 'BOOL'), typed('carried', 'FP32', [-1, 1])],
    outputs: [typed('going.on', 'BOOL'), carried],
  });
}

const step = node('Add', { from: ['carried', 'carried'], to: ['carried.out'] });

const innerLoop = node('Loop', { from: ['rounds', 'true', 'carried'], to: ['carried.out'] }, [
  attribute.graph(
    'body',
    graph({
      nodes: [
        node('Identity', { from: ['going2'], to: ['going2.on'] }),
        node('Identity', { from: ['carried2'], to: ['carried2.out'] }),
      ],
      inputs: [typed('round2', 'INT64'), typed('going2', 'BOOL'), typed('carried2', 'FP32', [-1, 1])],
      outputs: [typed('going2.on', 'BOOL'), typed('carried2.out', 'FP32', [-1, 1])],
    }),
  ),
]);

/** Appends its state to a list that is never given back. */
function hoarding(): Uint8Array {
  const collected = graph({
    nodes: [
      node('Identity', { from: ['going'], to: ['going.on'] }),
      node('Expand', { from: ['one', 'wide'], to: ['kept'] }),
    ],
    inputs: [typed('round', 'INT64'), typed('going', 'BOOL')],
    outputs: [typed('going.on', 'BOOL'), typed('kept', 'FP32', [1_000_000])],
  });
  return modelOf({
    nodes: [
      node('Loop', { from: ['rounds', 'true'], to: ['huge'] }, [attribute.graph('body', collected)]),
      ...answer('huge'),
    ],
    initializers: [
      scalar('rounds', 2n ** 40n),
      truth,
      numbers('wide', 1_000_000),
      tensor('one', { dims: [1], floats: [1] }),
    ],
  });
}

const memory = /memory|died/;
const time = /did not load and run within/;
/** What grows a little with every turn meets the limit of memory first, or on a slow machine that of time. */
const memoryOrTime = /memory|died|did not load and run within/;
const noLoad = /does not load/;

const opsetOf = (version: number) => {
  const bytes = modelOf();
  return join([bytes.slice(0, 2), chunk(8, [integer(2, version)]), chunk(7, graphOf(bytes))]);
};

/** The graph of `modelOf()`, its last field. */
function graphOf(bytes: Uint8Array): Uint8Array {
  const at = bytes.findLastIndex((byte, index) => byte === 0x3a && bytes.length - index - 2 === bytes[index + 1]);
  return bytes.slice(at + 2);
}

/** Files that are sound to look at; loading or running them is what hurts. */
export const runCases: readonly HostileCase[] = casesOf('child', [
  ['a loop never ends', time, () => loop(body([step]))],
  ['a loop in a loop never ends', time, () => loop(body([innerLoop]))],
  ['a loop hoards a list', memoryOrTime, hoarding],
  [
    'a constant of a few bytes has eight gigabytes once loaded',
    memory,
    () =>
      modelOf({
        nodes: [
          node('ConstantOfShape', { from: ['shape'], to: ['huge'] }, [
            attribute.tensor('value', tensor('one', { dims: [1], floats: [1] })),
          ]),
          ...answer('huge'),
        ],
        initializers: [numbers('shape', 100_000, 20_000)],
      }),
  ],
  [
    'a row is expanded to eight gigabytes',
    memory,
    () =>
      modelOf({
        nodes: [node('Expand', { from: ['x', 'shape'], to: ['huge'] }), ...answer('huge')],
        initializers: [numbers('shape', 20_000, 100_000)],
      }),
  ],
  [
    'tiles are tiled again and again',
    memory,
    () =>
      modelOf({
        nodes: [
          node('Tile', { from: ['x', 'repeats'], to: ['tile.0'] }),
          ...times(3, (i) => node('Tile', { from: [`tile.${i}`, 'repeats'], to: [`tile.${i + 1}`] })),
          ...answer('tile.3'),
        ],
        initializers: [numbers('repeats', 20, 20)],
      }),
  ],
  [
    'a row is joined with itself 34 times',
    memory,
    () =>
      modelOf({
        nodes: [
          node('Identity', { from: ['x'], to: ['twice.0'] }),
          ...times(34, (i) =>
            node('Concat', { from: [`twice.${i}`, `twice.${i}`], to: [`twice.${i + 1}`] }, [
              attribute.integer('axis', 1),
            ]),
          ),
          ...answer('twice.34'),
        ],
      }),
  ],
  [
    'a range counts to two billion',
    memory,
    () =>
      modelOf({
        nodes: [
          node('Range', { from: ['from', 'to', 'by'], to: ['counted'] }),
          node('Cast', { from: ['counted'], to: ['huge'] }, [attribute.integer('to', 1)]),
          ...answer('huge'),
        ],
        initializers: [scalar('from', 0), scalar('to', 2_000_000_000), scalar('by', 1)],
      }),
  ],
  [
    'a random tensor has eight gigabytes',
    memory,
    () =>
      modelOf({
        nodes: [
          node('RandomUniform', { from: [], to: ['huge'] }, [attribute.integers('shape', [2_000, 1_000_000])]),
          ...answer('huge'),
        ],
      }),
  ],
  [
    'a row is padded to eight gigabytes',
    memory,
    () =>
      modelOf({
        nodes: [node('Pad', { from: ['x', 'pads'], to: ['huge'] }), ...answer('huge')],
        initializers: [numbers('pads', 0, 0, 20_000, 100_000)],
      }),
  ],
  [
    'text is declared as a number',
    noLoad,
    () =>
      modelOf({ nodes: [node('Cast', { from: ['x'], to: ['value'] }, [attribute.integer('to', elementType.BYTES)])] }),
  ],
  [
    'a sequence is declared as a tensor',
    noLoad,
    () => modelOf({ nodes: [node('SequenceConstruct', { from: ['x'], to: ['value'] })] }),
  ],
  [
    'an integer is added to a float',
    noLoad,
    () =>
      modelOf({ nodes: [node('Add', { from: ['x', 'seven'], to: ['value'] })], initializers: [numbers('seven', 7)] }),
  ],
  [
    'two branches give different types',
    noLoad,
    () => {
      const branch = (type: ElementType) =>
        graph({
          nodes: [node('Cast', { from: ['x'], to: ['b'] }, [attribute.integer('to', elementType[type])])],
          inputs: [],
          outputs: [typed('b', type, [-1, 1])],
        });
      const branches = [
        attribute.graph('then_branch', branch('FP32')),
        attribute.graph('else_branch', branch('BYTES')),
      ];
      return modelOf({ nodes: [node('If', { from: ['true'], to: ['value'] }, branches)], initializers: [truth] });
    },
  ],
  [
    'an operator is not one of the standard',
    noLoad,
    () => modelOf({ nodes: [node('Shell', { from: ['x'], to: ['value'] })] }),
  ],
  [
    'a value comes from nowhere',
    noLoad,
    () => modelOf({ nodes: [node('Add', { from: ['x', 'nowhere'], to: ['value'] })] }),
  ],
  [
    'nodes feed each other in a circle',
    noLoad,
    () =>
      modelOf({
        nodes: [
          node('Add', { from: ['x', 'b'], to: ['a'] }),
          node('Add', { from: ['a', 'x'], to: ['b'] }),
          node('Identity', { from: ['b'], to: ['value'] }),
        ],
      }),
  ],
  [
    'matrices do not fit',
    noLoad,
    () =>
      modelOf({
        nodes: [node('MatMul', { from: ['x', 'w'], to: ['value'] })],
        initializers: [tensor('w', { dims: [7, 1], floats: times(7, () => 1) })],
      }),
  ],
  ['the operator set is one of the far future', noLoad, () => opsetOf(999)],
  [
    'the answer has another name',
    /no output value/,
    () =>
      modelOf({
        nodes: [node('Identity', { from: ['x'], to: ['other'] })],
        outputs: [value('other', 'FP32', [-1, 1])],
      }),
  ],
  [
    'it asks for a column that nobody declared',
    /takes an input secret/,
    () => modelOf({ inputs: [value('x', 'FP32', [-1, 1]), value('secret', 'FP32', [-1, 1])] }),
  ],
]);
