import * as harness from '#host';
import { engineSuite } from '../conformance/engine.suite.ts';

engineSuite(harness);
