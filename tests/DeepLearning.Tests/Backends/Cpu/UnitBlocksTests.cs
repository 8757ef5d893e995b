using DeepLearning.Backends.Cpu;

namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>How the units of a recurrent layer, and the work of a step, are shared out.</summary>
public class UnitBlocksTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 100, 1)]
    [InlineData(6, 1, 1)]
    [InlineData(6, 2, 2)]
    [InlineData(6, 4, 2)]
    [InlineData(6, 5, 5)]
    [InlineData(6, 6, 6)]
    [InlineData(12, 7, 6)]
    [InlineData(12, 100, 12)]
    [InlineData(7, 7, 7)]
    [InlineData(3, 100, 3)]
    [InlineData(22, 4, 2)]
    [InlineData(22, 16, 16)]
    [InlineData(22, 100, 22)]
    [InlineData(24, 16, 12)]
    public void Chunks_are_of_one_size_where_that_costs_less_than_half_of_them(int tasks, int most, int expected) =>
        Assert.Equal(expected, UnitBlocks.Chunks(tasks, most));

    [Fact]
    public void Blocks_cover_all_units_once_and_differ_by_a_vector_at_most()
    {
        for (int units = 1; units <= 400; units++)
        {
            UnitBlocks blocks = new(units, 16);
            int[] sizes = [.. Enumerable.Range(0, blocks.Count).Select(i => blocks.Start(i + 1) - blocks.Start(i))];
            Assert.Equal((units + 15) / 16, sizes.Sum());
            Assert.InRange(sizes.Max(), 1, 3);
            Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
        }
    }
}
