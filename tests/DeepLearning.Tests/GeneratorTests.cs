using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public class GeneratorTests
{
    // kat_vectors of Random123: philox4x32 10.
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x299f31d0a4093822UL, 0x0370734413198a2eUL, 0x85a308d3243f6a88UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void A_block_equals_the_known_answer(ulong key, ulong high, ulong low, uint w0, uint w1, uint w2, uint w3)
    {
        Assert.Equal((w0, w1, w2, w3), Philox.Block(key, high, low));
    }

    [Fact]
    public void A_fill_holds_the_words_of_its_blocks_in_the_documented_order()
    {
        GeneratorState range = new(0x123456789abcdef0, 77, uint.MaxValue - 3);
        uint[] fill = new uint[100];
        Philox.Fill(fill, range, 0);
        for (int i = 0; i < fill.Length; i++)
        {
            int inGroup = i % 32;
            ulong counter = range.Position + (ulong)((i / 32 * 8) + (inGroup % 16 / 2));
            (uint w0, uint w1, uint w2, uint w3) = Philox.Block(range.Seed, range.Stream, counter);
            Assert.Equal((inGroup / 16, i % 2) switch { (0, 0) => w0, (0, _) => w1, (_, 0) => w2, _ => w3 }, fill[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(1000)]
    public void A_fill_in_parts_equals_the_whole(int count)
    {
        GeneratorState range = new(5, 6, 7);
        float[] whole = new float[count];
        float[] parts = new float[count];
        double[] wholeDoubles = new double[count];
        double[] partDoubles = new double[count];
        Philox.Normal(whole, range, 0);
        Philox.Normal(wholeDoubles, range, 0);
        for (int i = 0; i < count; i += 64)
        {
            int length = Math.Min(64, count - i);
            Philox.Normal(parts.AsSpan(i, length), range, i);
            Philox.Normal(partDoubles.AsSpan(i, length), range, i);
        }

        Assert.Equal(whole, parts);
        Assert.Equal(wholeDoubles, partDoubles);
    }

    [Fact]
    public void Uniforms_fill_the_unit_interval_evenly()
    {
        float[] singles = new float[100_000];
        double[] doubles = new double[100_000];
        Philox.Uniform(singles, new Generator(1).Reserve(Philox.Blocks32(singles.Length)), 0);
        Philox.Uniform(doubles, new Generator(2).Reserve(Philox.Blocks64(doubles.Length)), 0);
        foreach (double[] values in new[] { Array.ConvertAll(singles, v => (double)v), doubles })
        {
            Assert.All(values, v => Assert.InRange(v, 0.0, 1.0 - (1.0 / (1 << 25))));
            Assert.Equal(0.5, values.Average(), 0.004);
            Assert.Equal(1.0 / 12.0, values.Average(v => (v - 0.5) * (v - 0.5)), 0.002);
        }
    }

    [Fact]
    public void Normals_have_the_moments_of_the_normal_distribution()
    {
        float[] singles = new float[100_000];
        double[] doubles = new double[100_000];
        Philox.Normal(singles, new GeneratorState(3, 0, 0), 0);
        Philox.Normal(doubles, new GeneratorState(4, 0, 0), 0);
        foreach (double[] values in new[] { Array.ConvertAll(singles, v => (double)v), doubles })
        {
            Assert.Equal(0.0, values.Average(), 0.012);
            Assert.Equal(1.0, values.Average(v => v * v), 0.02);
            Assert.Equal(0.0, values.Average(v => v * v * v), 0.05);
            Assert.Equal(3.0, values.Average(v => v * v * v * v), 0.15);
            Assert.Equal(0.0, values.Zip(values.Skip(1), (a, b) => a * b).Average(), 0.012);
        }
    }

    [Theory]
    [InlineData(-3L, 4L)]
    [InlineData(0L, 1L)]
    [InlineData(long.MinValue, long.MaxValue)]
    public void Integers_stay_in_their_interval_and_reach_all_of_a_small_one(long low, long high)
    {
        long[] values = new long[2000];
        Philox.Integers(values, low, high, new GeneratorState(9, 0, 0), 0);
        Assert.All(values, v => Assert.InRange(v, low, high - 1));
        if (high - low is > 0 and < 10)
        {
            Assert.Equal(high - low, values.Distinct().Count());
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void Bernoulli_draws_ones_as_often_as_asked(double probability)
    {
        byte[] values = new byte[50_000];
        Philox.Bernoulli(values, probability, new GeneratorState(10, 0, 0), 0);
        Assert.Equal(probability, values.Average(v => (double)v), probability is 0.0 or 1.0 ? 0.0 : 0.01);
    }

    [Fact]
    public void A_restored_state_continues_with_the_same_numbers()
    {
        Generator generator = new(42);
        generator.NextDouble();
        GeneratorState state = generator.State;
        ulong[] first = [generator.NextUInt64(), generator.NextUInt64()];
        generator.State = state;
        Assert.Equal(first, new[] { generator.NextUInt64(), generator.NextUInt64() });
        Assert.Equal(new Generator(7).NextUInt64(), generator.ManualSeed(7).NextUInt64());
    }

    [Fact]
    public void Forks_differ_from_each_other_and_from_their_parent()
    {
        Generator generator = new(42);
        IReadOnlyList<Generator> forks = generator.Split(10);
        Assert.Equal(11, forks.Append(generator).Select(g => g.NextUInt64()).Distinct().Count());
        Assert.Equal(new Generator(42).Split(10)[9].NextUInt64(), Repeat(42));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Split(-1));

        static ulong Repeat(ulong seed) => new Generator(seed).Split(10)[9].NextUInt64();
    }

    [Fact]
    public void Threads_that_share_a_generator_never_get_the_same_numbers()
    {
        Generator generator = new(1);
        ulong[] values = new ulong[4000];
        Parallel.For(0, values.Length, i => values[i] = generator.NextUInt64());
        Assert.Equal(values.Length, values.Distinct().Count());
    }

    [Fact]
    public void A_single_number_is_the_first_of_a_fill()
    {
        Generator generator = new(8);
        ulong[] fill = new ulong[1];
        for (int i = 0; i < 3; i++)
        {
            Philox.Fill(fill, generator.State, 0);
            Assert.Equal(fill[0], generator.NextUInt64());
        }
    }

    [Fact]
    public void A_generator_can_be_the_default_of_one_thread_for_a_while()
    {
        Generator process = OwnGeneratorAttribute.ProcessWide(), before = Generator.Default, outer = new(1), inner = new(2);
        float[] expected = Tensor.Rand([4], generator: new Generator(1)).ToArray<float>();
        using (outer.AsDefault())
        {
            Assert.Equal(expected, Tensor.Rand(4).ToArray<float>());
            using (inner.AsDefault())
            {
                Assert.Same(inner, Generator.Default);
                Generator? elsewhere = null;
                Thread thread = new(() => elsewhere = Generator.Default);
                thread.Start();
                thread.Join();
                Assert.Same(process, elsewhere);
            }

            Assert.Same(outer, Generator.Default);
            Assert.NotEqual(0UL, outer.State.Position);
        }

        Assert.Same(before, Generator.Default);
    }
}
