import * as harness from '#host';
import { cliSuite } from '../conformance/cli.suite.ts';

cliSuite(harness);
