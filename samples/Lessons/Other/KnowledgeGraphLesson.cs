namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Facts as arithmetic: with TransE a relation is a translation, head + relation ≈ tail (Bordes et al. 2013). Cells of a map and "lies
/// north of", "lies east of" … are such facts, and from them alone the vectors come to lie as the cells do. DistMult, Σ hᵢ rᵢ tᵢ (Yang et
/// al. 2015), gives both directions of a fact the same score, and cannot tell north from south.
/// </summary>
internal static class KnowledgeGraphLesson
{
    public static Lesson Lesson { get; } = new(
        "knowledge-graph", Chapter.Other, "A knowledge graph as vectors: TransE draws a map from facts",
        Goal.AtLeast("facts that TransE finds first", 0.9), Goal.AtLeast("facts that TransE finds first", 0.7), Run)
    {
        Data = "facts of a map that it makes",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        int side = run.Choose(10, 7);
        (Tensor facts, string[] relations) = Map(side);
        Tensor order = Tensor.RandPerm(facts.Size(0));
        int tests = facts.Size(0) / 10;
        Tensor test = facts.IndexSelect(0, order[..tests]), training = facts.IndexSelect(0, order[tests..]);

        TransE transE = new(side * side, relations.Length, dim: 16, margin: 1, p: 2);
        DistMult distMult = new(side * side, relations.Length, dim: 16, margin: 1);
        List<IReadOnlyList<string>> rows = [];
        List<(string, IReadOnlyList<double>)> losses = [];
        double figure = 0;
        foreach ((string name, KnowledgeGraphEmbedding model) in new (
            string, KnowledgeGraphEmbedding)[] { ("DistMult", distMult), ("TransE", transE) })
        {
            int steps = run.Choose(5000, 800);
            losses.Add((name, run.Train(new Adam(model.Parameters(), 0.05), steps, _ =>
            {
                Tensor batch = training.IndexSelect(0, Tensor.RandInt(0, training.Size(0), [128])).Repeat(8, 1);
                return model.RankingLoss(batch, model.Corrupt(batch));
            }, new LinearSchedule(steps), what: name)));
            using GradMode.Region none = GradMode.NoGrad();

            // The rank of the true tail among all cells, other true ones left out.
            Tensor ranks = model.RankTails(test, facts);
            figure = ranks.EqualTo(1).To(DType.Float64).Mean().Item<double>();
            rows.Add([name, $"{figure:0.0000}", $"{ranks.LessOrEqual(3).To(DType.Float64).Mean().Item<double>():0.0000}",
                $"{ranks.Reciprocal().Mean().Item<double>():0.0000}"]);
        }

        using GradMode.Region still = GradMode.NoGrad();
        Tensor vectors = transE.NodeEmb.Weight, centered = vectors - vectors.Mean(0);
        Tensor flat = centered.MatMul(Linalg.Svd(centered, fullMatrices: false).Item3[..2].T);
        PlanePicture picture = PlanePicture.Around(
            flat, "The map that TransE drew", "Lines join neighbors; nobody told it that there is a plane.");
        long[] all = facts.ToArray<long>();
        for (int i = 0; i < all.Length; i += 3)
        {
            if (all[i + 1] is 0 or 2)
            {
                picture.Path(Tensor.Stack([flat[(int)all[i]], flat[(int)all[i + 2]]]), "", all[i + 1] == 0 ? 0 : 1);
            }
        }

        run.Report.Add(picture.Points(flat, "cells", 8, 3));
        run.Report.Table(
            "Facts never seen", "Where the right cell stands among all.",
            ["model", "found first", "among the first 3", "mean reciprocal rank"], rows);
        run.Report.Curves("Losses", "Of true facts against spoiled ones.", false, [.. losses]);
        return figure;
    }

    /// <summary>What lies in which direction of what, one cell away: [facts, 3].</summary>
    private static (Tensor Facts, string[] Relations) Map(int side)
    {
        (string Name, int Right, int Up)[] relations =
            [
                ("east of", 1, 0), ("west of", -1, 0), ("north of", 0, 1), ("south of", 0, -1), ("far east of", 3, 0),
                ("far west of", -3, 0), ("far north of", 0, 3), ("far south of", 0, -3),
            ];
        List<long> facts = [];
        for (int cell = 0; cell < side * side; cell++)
        {
            for (int relation = 0; relation < relations.Length; relation++)
            {
                int column = (cell % side) + relations[relation].Right, row = (cell / side) + relations[relation].Up;
                if (column >= 0 && column < side && row >= 0 && row < side)
                {
                    facts.AddRange([cell, relation, (row * side) + column]);
                }
            }
        }

        return (Tensor.From([.. facts], facts.Count / 3, 3), [.. relations.Select(static relation => relation.Name)]);
    }
}
