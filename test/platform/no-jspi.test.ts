import * as harness from '#host';
import { noJspiSuite } from '../conformance/no-jspi.suite.ts';

noJspiSuite(harness);
