using DeepLearning.Layers;
using DeepLearning.Pretrained;
using DeepLearning.Tokenizers;
using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.PostProcessors;
using DeepLearning.Tokenizers.PreTokenizers;

namespace DeepLearning.Tests.Extensions.AI;

/// <summary>Models of random weights, whose tokens are bytes and a few special ones.</summary>
internal static class TinyModels
{
    public const int ImStart = 256;
    public const int ImEnd = 257;

    public static CausalLanguageModel Decoder(ulong seed = 1)
    {
        const string Config = """
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 260, "hidden_size": 16, "intermediate_size": 24,
             "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 256,
             "rms_norm_eps": 1e-5, "eos_token_id": 257, "initializer_range": 0.3}
            """;
        CausalLanguageModel model =
            ((CausalLanguageModel)PretrainedModel.FromConfig(Config, new() { Generator = new Generator(seed) })).Eval();
        model.Tokenizer = Bytes();
        return model;
    }

    public static TextEncoderModel Encoder()
    {
        const string Config = """
            {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": 260, "hidden_size": 12, "intermediate_size": 24,
             "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 16, "initializer_range": 0.3}
            """;
        TextEncoderModel model = ((TextEncoderModel)PretrainedModel.FromConfig(Config, new() { Generator = new Generator(2) })).Eval();
        model.Tokenizer = Bytes();
        model.Tokenizer.PostProcessor = TemplateProcessing.Parse("<s> $A </s>", "<s> $A </s> $B:1 </s>:1", ("<s>", 258), ("</s>", 259));
        return model;
    }

    private static Tokenizer Bytes()
    {
        Dictionary<string, int> vocabulary = [];
        int others = 0;
        for (int value = 0; value < 256; value++)
        {
            // GPT-2's alphabet of bytes: printable ones are themselves, the others follow from 256 on.
            bool isItself = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
            vocabulary[((char)(isItself ? value : 256 + others++)).ToString()] = value;
        }

        string[] special = ["<|im_start|>", "<|im_end|>", "<s>", "</s>"];
        foreach ((string token, int i) in special.Select(static (token, i) => (token, i)))
        {
            vocabulary[token] = ImStart + i;
        }

        Tokenizer tokenizer = new(new BpeModel(vocabulary, []))
        {
            PreTokenizer = new ByteLevel(addPrefixSpace: false, useRegex: false),
            Decoder = new ByteLevelDecoder(),
        };
        tokenizer.AddTokens(special.Select(static token => new AddedToken(token, Special: true, Normalized: false)));
        return tokenizer;
    }
}
