import * as harness from '#host';
import { cliSuite } from '../conformance/cli.suite.ts';
import { engineSuite } from '../conformance/engine.suite.ts';
import { httpHostSuite } from '../conformance/http-host.suite.ts';
import { instancesSuite } from '../conformance/instances.suite.ts';
import { withJco } from '../harness.ts';

const jco = withJco(harness);
cliSuite(jco);
engineSuite(jco);
httpHostSuite(jco);
instancesSuite(jco);
