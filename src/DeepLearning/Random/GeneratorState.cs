namespace DeepLearning;

/// <summary>Where a <see cref="Generator"/> stands, for checkpoints.</summary>
/// <param name="Seed">Philox's key.</param>
/// <param name="Stream">The high half of Philox's counter: which of the seed's streams.</param>
/// <param name="Position">The low half of Philox's counter: how many blocks of 128 bits have been taken.</param>
public readonly record struct GeneratorState(ulong Seed, ulong Stream, ulong Position);
