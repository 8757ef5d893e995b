namespace DeepLearning.Samples.Lessons;

/// <summary>
/// DistilBERT: a student of half the layers starts from every other layer of its teacher and learns what the teacher says, with how sure
/// it is (Sanh et al. 2019; Hinton, Vinyals and Dean 2015): T² KL(teacher / T ‖ student / T) + cross entropy. 97 % of the accuracy are
/// kept.
/// </summary>
internal static class DistillationLesson
{
    public static Lesson Lesson { get; } = new(
        "distilbert", Chapter.Transformers, "Distillation: half of BERT keeps 97 %",
        Goal.AtLeast("accuracy kept, student / teacher", 0.97), Goal.AtLeast("accuracy kept, student / teacher", 0.95), Run)
    {
        Data = "subjectivity",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        Sentences sentences = Sentences.Subjectivity(run);
        Words words = new(sentences.Texts.Take(sentences.TrainingCount), most: 6000, least: run.Choose(2, 1));
        (TensorDataset training, TensorDataset test) = sentences.ToTensors(words, length: run.Choose(32, 20));
        BERTOptions options = new(
            words.Count, Width: run.Choose(64, 32), NumLayers: 4, NumHeads: 4, Intermediate: run.Choose(128, 64), MaxLength: 64,
            Dropout: run.Choose(0.3, 0.1));
        BERTForSequenceClassification teacher = new(options, 2), student = new(options with { NumLayers = 2 }, 2);
        int steps = run.Choose(600, 120);
        double[] teacherLosses = Learn(run, "teacher", teacher, training, steps, (x, y) => Loss.CrossEntropy(Forward(teacher, x), y));
        teacher.Eval();

        // The student starts as the teacher's first and third layer; both have Hugging Face's names.
        student.LoadStateDict(teacher.StateDict()
            .Where(static entry =>
                !entry.Key.Contains(".layer.1.", StringComparison.Ordinal) && !entry.Key.Contains(".layer.3.", StringComparison.Ordinal))
            .ToDictionary(
                static entry => entry.Key.Replace(".layer.2.", ".layer.1.", StringComparison.Ordinal), static entry => entry.Value));
        double[] studentLosses = Learn(run, "student", student, training, steps, (x, y) =>
        {
            Tensor said;
            using (GradMode.NoGrad())
            {
                said = Forward(teacher, x);
            }

            return Loss.Distillation(Forward(student, x), said, y, temperature: 2, alpha: 0.5);
        });

        student.Eval();
        double large = Accuracy(teacher, test), small = Accuracy(student, test);
        run.Say($"teacher {large:0.0000}, student {small:0.0000}");
        run.Report.Table(
            "Teacher and student", "On test sentences.", ["", "layers", "parameters", "accuracy"],
            [
                ["teacher", "4", $"{Count(teacher):N0}", $"{large:0.0000}"], ["student", "2", $"{Count(student):N0}", $"{small:0.0000}"],
            ]);
        run.Report.Curves("Losses", "The student's is a mixture of two.", false, ("teacher", teacherLosses), ("student", studentLosses));
        return small / large;
    }

    private static Tensor Forward(BERTForSequenceClassification model, Tensor texts) =>
        model.Forward(texts, null, texts.NotEqualTo(Words.Pad));

    private static double[] Learn(
        LessonRun run, string what, Module model, TensorDataset training, int steps, Func<Tensor, Tensor, Tensor> loss)
    {
        model.Train();
        return run.Train(
            new AdamW(model.Parameters(), run.Choose(1e-3, 3e-3), weightDecay: 0.01), steps,
            _ =>
            {
                (Tensor x, Tensor y) = training.Batch(32);
                return loss(x, y);
            },
            new CosineSchedule(steps - (steps / 10)).AfterWarmUp(steps / 10), maxNorm: 1, what: what);
    }

    private static double Accuracy(BERTForSequenceClassification model, TensorDataset test) =>
        Materials.Accuracy(Materials.Predict(x => Forward(model, x), test.Inputs), test.Targets);

    private static long Count(Module model) => model.Parameters().Sum(static p => p.Count);
}
