import * as harness from '#host';
import { instancesSuite } from '../conformance/instances.suite.ts';

instancesSuite(harness);
