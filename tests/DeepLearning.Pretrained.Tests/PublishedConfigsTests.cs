using DeepLearning.Formats;
using DeepLearning.Pretrained;

namespace DeepLearning.Tests.Pretrained;

/// <summary>Configurations with the keys that published models have, at small sizes.</summary>
public sealed class PublishedConfigsTests
{
    [Theory]
    [InlineData("bert-base-uncased", """
        {"architectures": ["BertForMaskedLM"], "attention_probs_dropout_prob": 0.1, "gradient_checkpointing": false, "hidden_act": "gelu",
         "hidden_dropout_prob": 0.1, "hidden_size": 8, "initializer_range": 0.02, "intermediate_size": 16, "layer_norm_eps": 1e-12,
         "max_position_embeddings": 16, "model_type": "bert", "num_attention_heads": 2, "num_hidden_layers": 1, "pad_token_id": 0,
         "position_embedding_type": "absolute", "transformers_version": "4.6.0.dev0", "type_vocab_size": 2, "use_cache": true,
         "vocab_size": 30}
        """)]
    [InlineData("distilbert sst-2", """
        {"activation": "gelu", "architectures": ["DistilBertForSequenceClassification"], "attention_dropout": 0.1, "dim": 8, "dropout": 0.1,
         "finetuning_task": "sst-2", "hidden_dim": 16, "id2label": {"0": "NEGATIVE", "1": "POSITIVE"}, "initializer_range": 0.02,
         "label2id": {"NEGATIVE": 0, "POSITIVE": 1}, "max_position_embeddings": 16, "model_type": "distilbert", "n_heads": 2, "n_layers": 1,
         "output_past": true, "pad_token_id": 0, "qa_dropout": 0.1, "seq_classif_dropout": 0.2, "sinusoidal_pos_embds": false,
         "tie_weights_": true, "transformers_version": "4.5.0.dev0", "vocab_size": 30}
        """)]
    [InlineData("Llama-3.2", """
        {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 1,
         "eos_token_id": [2, 3, 4], "head_dim": 4, "hidden_act": "silu", "hidden_size": 8, "initializer_range": 0.02,
         "intermediate_size": 16, "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama", "num_attention_heads": 2,
         "num_hidden_layers": 1, "num_key_value_heads": 1, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 32.0,
         "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192, "rope_type": "llama3"},
         "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.45.0.dev0",
         "use_cache": true, "vocab_size": 30}
        """)]
    [InlineData("Qwen2.5", """
        {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu",
         "hidden_size": 8, "initializer_range": 0.02, "intermediate_size": 16, "max_position_embeddings": 32768, "max_window_layers": 21,
         "model_type": "qwen2", "num_attention_heads": 2, "num_hidden_layers": 1, "num_key_value_heads": 1, "rms_norm_eps": 1e-06,
         "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
         "transformers_version": "4.43.1", "use_cache": true, "use_sliding_window": false, "vocab_size": 30}
        """)]
    [InlineData("flan-t5", """
        {"architectures": ["T5ForConditionalGeneration"], "classifier_dropout": 0.0, "d_ff": 16, "d_kv": 4, "d_model": 8,
         "decoder_start_token_id": 0, "dense_act_fn": "gelu_new", "dropout_rate": 0.1, "eos_token_id": 1, "feed_forward_proj": "gated-gelu",
         "initializer_factor": 1.0, "is_encoder_decoder": true, "is_gated_act": true, "layer_norm_epsilon": 1e-06, "model_type": "t5",
         "n_positions": 512, "num_decoder_layers": 1, "num_heads": 2, "num_layers": 1, "output_past": true, "pad_token_id": 0,
         "relative_attention_max_distance": 128, "relative_attention_num_buckets": 32, "task_specific_params": {"summarization":
         {"early_stopping": true}}, "tie_word_embeddings": false, "transformers_version": "4.23.1", "use_cache": true, "vocab_size": 30}
        """)]
    [InlineData("clip-vit", """
        {"architectures": ["CLIPModel"], "initializer_factor": 1.0, "logit_scale_init_value": 2.6592, "model_type": "clip",
         "projection_dim": 8, "text_config": {"_name_or_path": "", "add_cross_attention": false, "architectures": null,
         "attention_dropout": 0.0, "bad_words_ids": null, "bos_token_id": 0, "chunk_size_feed_forward": 0, "dropout": 0.0,
         "early_stopping": false, "eos_token_id": 2, "hidden_act": "quick_gelu", "hidden_size": 8, "id2label": {"0": "LABEL_0"},
         "initializer_factor": 1.0, "initializer_range": 0.02, "intermediate_size": 16, "is_decoder": false, "layer_norm_eps": 1e-05,
         "max_position_embeddings": 9, "model_type": "clip_text_model", "num_attention_heads": 2, "num_beams": 1, "num_hidden_layers": 1,
         "pad_token_id": 1, "projection_dim": 8, "pruned_heads": {}, "return_dict": true, "tie_encoder_decoder": false,
         "tie_word_embeddings": true, "top_k": 50, "torchscript": false, "vocab_size": 30}, "text_config_dict": null,
         "transformers_version": null, "vision_config": {"attention_dropout": 0.0, "dropout": 0.0, "hidden_act": "quick_gelu",
         "hidden_size": 8, "image_size": 8, "intermediate_size": 16, "layer_norm_eps": 1e-05, "model_type": "clip_vision_model",
         "num_attention_heads": 2, "num_hidden_layers": 1, "patch_size": 4, "projection_dim": 8, "pruned_heads": {},
         "tie_word_embeddings": true}, "vision_config_dict": null}
        """)]
    public void They_are_understood(string name, string config)
    {
        PretrainedModel model = PretrainedModel.FromConfig(config, new() { Generator = new Generator(1) });
        Assert.True(model.Parameters().Count > 5, name);
        Assert.Contains(model.Architecture, model.ConfigJson, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quantized_checkpoint_of_another_kind_is_refused() =>
        Assert.Contains("quantization_config", Assert.Throws<ModelFileException>(
        static () => PretrainedModel.FromConfig("""
            {"model_type": "llama", "vocab_size": 30, "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1,
             "num_attention_heads": 2, "quantization_config": {"bits": 4, "quant_method": "gptq"}}
            """)).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_of_generation_come_with_the_folder()
    {
        string folder = Directory.CreateTempSubdirectory("deeplearning-generation-").FullName;
        try
        {
            Recorded.Copy("llama_plain", folder);
            Assert.Equal([2], GenerationOptions.Of(PretrainedModel.Load(folder)).StopTokens);
            File.WriteAllText(Path.Combine(folder, "generation_config.json"), """
                {"bos_token_id": 1, "do_sample": true, "eos_token_id": [5, 6], "repetition_penalty": 1.05, "temperature": 0.7, "top_k": 20,
                 "top_p": 0.8, "max_new_tokens": 33, "transformers_version": "4.37.0"}
                """);
            GenerationOptions options = GenerationOptions.Of(PretrainedModel.Load(folder));
            Assert.Equal((true, 0.7, 20, 0.8, 1.05, 33), (options.Sample, options.Temperature, options.TopK, options.TopP,
                options.RepetitionPenalty, options.MaxNewTokens));
            Assert.Equal([5, 6], options.StopTokens);
            File.WriteAllText(Path.Combine(folder, "generation_config.json"), """{"num_beams": 4}""");
            Assert.Contains("num_beams",
                Assert.Throws<ModelFileException>(() => GenerationOptions.Of(PretrainedModel.Load(folder))).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
