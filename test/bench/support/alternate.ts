import { mean, median } from './stats.ts'

/** Results of reference, product, reference, product, … reference. */
export interface Alternation<R, P = R> {
  reference: R[]
  product: P[]
  /** Median over the product's runs of product ÷ mean of the reference runs before and after. */
  ratio(ofProduct: (result: P) => number, ofReference: (result: R) => number): number
}

/** Runs a reference before and after each of the product's runs, so that a slow phase of the machine hits both. */
export async function alternate<R, P>(
  rounds: number,
  runReference: () => Promise<R>,
  runProduct: () => Promise<P>,
): Promise<Alternation<R, P>> {
  const reference = [await runReference()]
  const product: P[] = []
  for (let round = 0; round < rounds; round++) {
    product.push(await runProduct())
    reference.push(await runReference())
  }
  return {
    reference,
    product,
    ratio: (ofProduct, ofReference) =>
      median(
        product.map((result, index) => ofProduct(result) / mean(reference.slice(index, index + 2).map(ofReference))),
      ),
  }
}
