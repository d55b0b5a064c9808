import * as harness from '#host';
import { instantiateSuite } from '../conformance/instantiate.suite.ts';

instantiateSuite(harness);
