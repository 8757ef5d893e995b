using DeepLearning.Extensions.AI;
using DeepLearning.Layers;
using DeepLearning.Pretrained;
using Microsoft.Extensions.AI;

namespace DeepLearning.Tests.Extensions.AI;

public sealed class LocalEmbeddingGeneratorTests
{
    [Theory]
    [InlineData(EmbeddingPooling.Mean)]
    [InlineData(EmbeddingPooling.FirstToken)]
    [InlineData(EmbeddingPooling.Pooler)]
    public async Task A_vector_of_each_text_whatever_stands_beside_it(EmbeddingPooling pooling)
    {
        TextEncoderModel model = TinyModels.Encoder();
        using LocalEmbeddingGenerator generator = new(model, pooling, normalize: false, batchSize: 2);
        string[] texts = ["hi", "a longer one", "", "and one that is far too long for it"];
        GeneratedEmbeddings<Embedding<float>> together = await generator.GenerateAsync(texts);
        Assert.Equal(4, together.Count);
        for (int i = 0; i < texts.Length; i++)
        {
            Embedding<float> alone = (await generator.GenerateAsync([texts[i]]))[0];
            Assert.All(alone.Vector.ToArray().Zip(together[i].Vector.ToArray()),
                static pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        // By hand: <s> h i </s>.
        using GradMode.Region none = GradMode.NoGrad();
        ModelOutput output = model.Forward(Tensor.From([258L, 'h', 'i', 259], 1, 4));
        Tensor expected = pooling switch
        {
            EmbeddingPooling.Mean => output.Hidden!.Mean(1),
            EmbeddingPooling.FirstToken => output.Hidden!.Select(1, 0),
            _ => output.Pooled!,
        };
        Assert.All(expected.ToArray<float>().Zip(together[0].Vector.ToArray()), static pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(4 + 14 + 2 + 16, together.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task Vectors_have_length_1_and_limits_are_told()
    {
        TextEncoderModel model = TinyModels.Encoder();
        using LocalEmbeddingGenerator generator = new(model);
        Embedding<float> one = (await generator.GenerateAsync(["text"]))[0];
        Assert.Equal(12, one.Dimensions);
        Assert.Equal(1, one.Vector.ToArray().Sum(static x => x * x), 1e-5);
        Assert.Equal(12, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        Assert.Empty(await generator.GenerateAsync([]));
        await Assert.ThrowsAsync<NotSupportedException>(() => generator.GenerateAsync(["x"], new() { Dimensions = 5 }));
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            generator.GenerateAsync(["x"], cancellationToken: new CancellationToken(true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalEmbeddingGenerator(model, maxTokens: 0));
        model.Tokenizer = null;
        Assert.Throws<InvalidOperationException>(() => new LocalEmbeddingGenerator(model));
        Assert.Throws<InvalidOperationException>(() => new LocalEmbeddingGenerator(TinyModels.Encoder().Train()));
    }
}
