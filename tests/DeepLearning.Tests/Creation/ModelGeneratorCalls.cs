using DeepLearning.Layers;
using DeepLearning.Models;
using static DeepLearning.Tests.Creation.GivenGeneratorTests;

namespace DeepLearning.Tests.Creation;

/// <summary>The models' part of <see cref="GivenGeneratorTests"/>.</summary>
internal static class ModelGeneratorCalls
{
    private static readonly BERTOptions s_bert = new(5, 4, 1, 2, 3, 4);
    private static readonly GPTOptions s_gpt = new(5, 5, 1, 2, 4);
    private static readonly GaussianDiffusion s_diffusion = new(NoiseSchedule.Linear(9));

    public static readonly Dictionary<string, Func<Generator?, IEnumerable<double>>> All = new()
    {
        ["LoRALinear"] = static g => Weights(new LoRALinear(new Linear(4, 5, generator: new Generator(1)), 3, generator: g)),
        ["AdaptiveInstanceNorm"] = static g => Weights(new AdaptiveInstanceNorm(2, 3, generator: g)),
        ["CycleGANGenerator"] = static g => Weights(new CycleGANGenerator(1, 1, 1, 1, g)),
        ["CycleGANResidual"] = static g => Weights(new CycleGANResidual(1, g)),
        ["DCGANDiscriminator"] = static g => Weights(new DCGANDiscriminator(1, 8, 2, generator: g)),
        ["DCGANGenerator"] = static g => Weights(new DCGANGenerator(2, 1, 8, 2, generator: g)),
        ["MappingNetwork"] = static g => Weights(new MappingNetwork(3, 2, 2, generator: g)),
        ["ModulatedConv2d"] = static g => Weights(new ModulatedConv2d(2, 3, 3, 3, generator: g)),
        ["PatchDiscriminator"] = static g => Weights(new PatchDiscriminator(1, 1, 1, g)),
        ["AdditiveAttention"] = static g => Weights(new AdditiveAttention(4, 3, 2, generator: g)),
        ["BilinearAttention"] = static g => Weights(new BilinearAttention(4, 3, generator: g)),
        ["CrossAttention"] = static g => Weights(new CrossAttention(4, 3, 2, generator: g)),
        ["GroupedQueryAttention"] = static g => Weights(new GroupedQueryAttention(4, 2, generator: g)),
        ["LinearAttention"] = static g => Weights(new LinearAttention(4, 2, generator: g)),
        ["Autoencoder"] = static g => Weights(new Autoencoder(3, [2], generator: g)),
        ["GaussianHead"] = static g => Weights(new GaussianHead(3, 2, generator: g)),
        ["VectorQuantizer"] = static g => Weights(new VectorQuantizer(4, 2, generator: g)),
        ["DiffusionUNet"] = static g =>
            Weights(new DiffusionUNet(new DiffusionUNetOptions(1, 2, [1, 1], AttentionLevels: [1], Groups: 1), g)),
        ["TimeEmbedding"] = static g => Weights(new TimeEmbedding(4, 3, generator: g)),
        ["UNetAttention"] = static g => Weights(new UNetAttention(2, 1, 2, g)),
        ["UNetBlock"] = static g => Weights(new UNetBlock(2, 4, 3, 2, generator: g)),
        ["GAT"] = static g => Weights(new GAT(2, 2, 3, heads: 2, generator: g)),
        ["GATConv"] = static g => Weights(new GATConv(2, 3, generator: g)),
        ["GCN"] = static g => Weights(new GCN(2, 3, 2, generator: g)),
        ["GCNConv"] = static g => Weights(new GCNConv(2, 3, generator: g)),
        ["SAGEConv"] = static g => Weights(new SAGEConv(2, 3, generator: g)),
        ["DistMult"] = static g => Weights(new DistMult(4, 2, 3, generator: g)),
        ["TransE"] = static g => Weights(new TransE(4, 2, 3, generator: g)),
        ["MixtureDensityHead"] = static g => Weights(new MixtureDensityHead(3, 2, 2, generator: g)),
        ["LearnedPositions"] = static g => Weights(new LearnedPositions(3, 4, generator: g)),
        ["RelativePositionBias"] = static g => Weights(new RelativePositionBias(2, 4, 3, generator: g)),
        ["GrowingEmbedding"] = static g => Weights(Grown(new GrowingEmbedding(3, generator: g))),
        ["RelativePositionVectors"] = static g => Weights(new RelativePositionVectors(2, 3, generator: g)),
        ["MatrixFactorization"] = static g => Weights(new MatrixFactorization(3, 4, 2, generator: g)),
        ["AttentionSeq2Seq"] = static g => Weights(new AttentionSeq2Seq(new AttentionSeq2SeqOptions(5, 6, 2, 2, 3), g)),
        ["ConvLSTM"] = static g => Weights(new ConvLSTM(2, [1, 2], generator: g)),
        ["ConvLSTMCell"] = static g => Weights(new ConvLSTMCell(2, 1, generator: g)),
        ["LinearChainCRF"] = static g => Weights(new LinearChainCRF(3, generator: g)),
        ["OutputRecurrentRNN"] = static g => Weights(new OutputRecurrentRNN(3, 4, 2, generator: g)),
        ["TemporalConvNet"] = static g => Weights(new TemporalConvNet(2, [3, 3], generator: g)),
        ["ALBERT"] = static g => Weights(new ALBERT(new ALBERTOptions(5, 3, 4, 2, 2, 3, 4), g)),
        ["ALBERTForPreTraining"] = static g => Weights(new ALBERTForPreTraining(new ALBERTOptions(5, 3, 4, 2, 2, 3, 4), generator: g)),
        ["BERT"] = static g => Weights(new BERT(s_bert, g)),
        ["BERTForPreTraining"] = static g => Weights(new BERTForPreTraining(s_bert, g)),
        ["BERTForSequenceClassification"] = static g => Weights(new BERTForSequenceClassification(s_bert, 3, g)),
        ["BERTForTokenClassification"] = static g => Weights(new BERTForTokenClassification(s_bert, 3, g)),
        ["BERTLayer"] = static g => Weights(new BERTLayer(s_bert, g)),
        ["GPT"] = static g => Weights(new GPT(s_gpt, g)),
        ["GPTBlock"] = static g => Weights(new GPTBlock(s_gpt, g)),
        ["MixtureOfExperts"] = static g => Weights(new MixtureOfExperts(4, 3, 3, generator: g)),
        ["TranslationTransformer"] = static g =>
            Weights(new TranslationTransformer(new TranslationTransformerOptions(5, 6, 4, 2, 1, 1, 3, 0), g)),
        ["VisionTransformer"] = static g => Weights(new VisionTransformer(new VisionTransformerOptions(4, 2, 2, 3, 4, 1, 2, 3), g)),
        ["XLNet"] = static g => Weights(new XLNet(new XLNetOptions(5, 4, 1, 2, 3, 0), g)),
        ["BasicBlock"] = static g => Weights(new BasicBlock(2, 3, 2, generator: g)),
        ["Bottleneck"] = static g => Weights(new Bottleneck(2, 2, generator: g)),
        ["DepthwiseSeparableBlock"] = static g => Weights(new DepthwiseSeparableBlock(2, 3, 2, g)),
        ["FeaturePyramid"] = static g => Weights(new FeaturePyramid([1, 2], 2, g)),
        ["InceptionBlock"] = static g => Weights(new InceptionBlock(2, 1, 1, 2, 1, 1, 1, generator: g)),
        ["InceptionConv"] = static g => Weights(new InceptionConv(2, 1, 3, g)),
        ["InvertedResidual"] = static g => Weights(new InvertedResidual(2, 2, expandRatio: 2, generator: g)),
        ["ResNet"] = static g => Weights(new ResNet(new ResNetOptions([1, 1], Classes: 2, InChannels: 2, Width: 1, SmallImages: true), g)),
        ["ResNet.ResNet20"] = static g => Weights(ResNet.ResNet20(generator: g)),
        ["SqueezeExcitation"] = static g => Weights(new SqueezeExcitation(2, 3, g)),
        ["VGG"] = static g => Weights(new VGG([[1], [1]], 2, inChannels: 2, hidden: 1, generator: g)),
        ["NoiseInjection"] = static g => Values(Noisy(new NoiseInjection(1, generator: g)).Forward(Tensor.Zeros(2, 1, 4, 4)).Detach()),
        ["GanLoss.GradientPenalty"] = static g =>
            Values(GanLoss.GradientPenalty(static x => x.Square().Sum(1), Tensor.Ones(20, 2), Tensor.Zeros(20, 2), g)),
        ["MaskingNoise"] = static g => Values(new MaskingNoise(0.4, g).Forward(Tensor.Ones(200))),
        ["SaltAndPepperNoise"] = static g => Values(new SaltAndPepperNoise(0.4, generator: g).Forward(Tensor.Full([200], 0.5))),
        ["VariationalAutoencoder"] = static g => Values(Coder(g).Forward(Tensor.Ones(9, 3)).Output.Detach()),
        ["VariationalAutoencoder.Generate"] = static g => Values(Coder(null).Generate(9, g)),
        ["GaussianLatent.Sample"] = static g => Values(new GaussianLatent(Tensor.Zeros(40), Tensor.Zeros(40)).Sample(g)),
        ["GaussianDiffusion.DropClasses"] = static g => Values(GaussianDiffusion.DropClasses(Tensor.Zeros([200], DType.Int64), 3, 0.5, g)),
        ["GaussianDiffusion.Loss"] = static g => Values(s_diffusion.Loss(static (x, _) => x, Tensor.Ones(20, 3), g)),
        ["GaussianDiffusion.SampleDDPM"] = static g =>
            Values(s_diffusion.SampleDDPM(static (x, _) => x * 0.1, Tensor.Ones(9, 3), generator: g)),
        ["GaussianDiffusion.SampleDDIM"] = static g =>
            Values(s_diffusion.SampleDDIM(static (x, _) => x * 0.1, Tensor.Ones(9, 3), 5, 1, generator: g)),
        ["MixtureDensity.Sample"] = static g =>
            Values(new MixtureDensity(Tensor.Zeros(40, 1), Tensor.Zeros(40, 1, 2), Tensor.Zeros(40, 1, 2)).Sample(g)),
        ["KnowledgeGraphEmbedding.Corrupt"] = static g =>
            Values(new TransE(1000, 2, 3, generator: new Generator(1)).Corrupt(Tensor.Zeros([40, 3], DType.Int64), g)),
        ["ReplayBuffer.Sample"] = static g => Values(Remembered().Sample(40, g).Reward),
        ["DQN.Act"] = static g => Acts(g ?? Generator.Default),
        ["Decoding.Sample"] = static g => Values(Decoding.Sample(new Uniform(), Tensor.Zeros([2, 1], DType.Int64), 20, generator: g)),
        ["GPT.Generate"] = static g =>
            Values(Evaluated(new GPT(s_gpt, new Generator(2))).Generate(Tensor.Zeros([6, 1], DType.Int64), 3, 100, generator: g)),
        ["MaskedTokens.Of"] = static g => Values(MaskedTokens.Of(Tensor.Zeros([9, 40], DType.Int64), 50, 49, [], 0.5, 0.4, 0.5, g).Inputs),
        ["XLNet.RandomOrder"] = static g => Values(XLNet.RandomOrder(3, 40, g)),
    };

    private static GPT Evaluated(GPT model)
    {
        model.Eval();
        return model;
    }

    private static GrowingEmbedding Grown(GrowingEmbedding table)
    {
        table.Add(Tensor.Arange(40).To(DType.Int64));
        return table;
    }

    private static NoiseInjection Noisy(NoiseInjection layer)
    {
        foreach (Parameter parameter in layer.Parameters())
        {
            parameter.Detach().FillInPlace(1);
        }

        return layer;
    }

    private static VariationalAutoencoder Coder(Generator? generator)
    {
        Generator start = new(1);
        return new(
            new Linear(3, 4, generator: start), new GaussianHead(4, 2, generator: start), new Linear(2, 3, generator: start),
            generator: generator);
    }

    private static ReplayBuffer Remembered()
    {
        ReplayBuffer buffer = new(100, 1);
        for (int i = 0; i < 100; i++)
        {
            buffer.Add(Tensor.Zeros(1), 0, i, Tensor.Zeros(1), false);
        }

        return buffer;
    }

    private static IEnumerable<double> Acts(Generator generator)
    {
        DQN agent = new(new Linear(1, 9, generator: new Generator(1)));
        return [.. Enumerable.Range(0, 40).Select(_ => (double)agent.Act(Tensor.Zeros(1), 1, generator))];
    }

    /// <summary>All tokens are as likely.</summary>
    private sealed class Uniform : INextToken
    {
        public Tensor NextLogits(Tensor tokens) => Tensor.Zeros(tokens.Size(0), 50);

        public void Reorder(Tensor rows)
        {
        }
    }
}
