"""The client against the running service: its address in CULTURAL_INTELLIGENCE_API, two files of its library in …_FILES."""

import os
import unittest

from cultural_intelligence import Client, Refused

API = os.environ.get("CULTURAL_INTELLIGENCE_API")
FILES = os.environ.get("CULTURAL_INTELLIGENCE_FILES", "").split("\n")

TYPES = {
    "status": str,
    "source": str,
    "file_hash": str,
    "classification": dict,
    "track": dict,
    "duplicates": dict,
    "duplicate_info": dict,
    "metadata": dict,
    "processing_info": dict,
    "api_info": dict,
}


@unittest.skipUnless(API, "CULTURAL_INTELLIGENCE_API is not set")
class RunningService(unittest.TestCase):
    def setUp(self):
        self.client = Client(API)
        self.addCleanup(self.client.close)

    def test_analyses_a_file_and_knows_it_afterwards(self):
        first = self.client.analyse(FILES[0])
        for key, kind in TYPES.items():
            self.assertIsInstance(first[key], kind, key)
        again = self.client.lookup(FILES[0])
        self.assertEqual(again["source"], "cached")
        self.assertEqual(again["classification"], first["classification"])
        self.assertEqual(self.client.lookup_hash(first["file_hash"])["file_hash"], first["file_hash"])

    def test_a_batch_answers_each_path_in_order(self):
        paths = [FILES[1], "/etc/passwd", FILES[0]] * 30
        answers = self.client.batch(paths)
        self.assertEqual([a["file_path"] for a in answers], paths)
        self.assertEqual([a["status"] for a in answers], ["success", "error", "success"] * 30)

    def test_a_file_that_is_not_there_is_an_answer(self):
        answer = self.client.analyse(FILES[0] + ".gone.mp3")
        self.assertEqual((answer["status"], answer["code"]), ("error", "FILE_NOT_FOUND"))
        self.assertEqual(answer["track"]["artist"], "Unknown Artist")

    def test_health_and_figures(self):
        self.assertEqual(self.client.health()["status"], "healthy")
        self.assertGreaterEqual(self.client.stats()["tracks"], 0)

    def test_what_makes_no_sense_is_refused(self):
        with self.assertRaises(Refused) as refused:
            self.client.analyse("")
        self.assertEqual(refused.exception.status, 400)
        with self.assertRaises(Refused):
            self.client.lookup_hash("../../health")


if __name__ == "__main__":
    unittest.main()
